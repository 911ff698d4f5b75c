// Where things are, and what is done when they are not.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

/** The root of the workspace. */
export const workspace = fileURLToPath(new URL('../../../../', import.meta.url));

/** What the tests make and may keep: unpacked browsers. */
export const cache = join(process.env.CARGO_TARGET_DIR ?? join(workspace, 'target'), 'page-tests');

/** In the environment, set by `cargo xtask test`. */
export const variables = {
  SKYWAVE_PAGE: 'the page: English and Persian, without fonts, trusting the station of the recording',
  SKYWAVE_PAGE_FONTS: 'the same page with its fonts',
  SKYWAVE_BIN: 'the program, built',
  SKYWAVE_RECORDING: 'a recording of the sample newsroom in which something is lost',
};

/**
 * For `test(name, needs('SKYWAVE_PAGE'), …)`: skips where one of them is not set,
 * or fails if SKYWAVE_REQUIRE_TOOLS says that everything has to be here.
 * @param {...(keyof typeof variables)} names
 * @returns {{ skip: false | string }}
 */
export function needs(...names) {
  const missing = names.filter((name) => !existsSync(process.env[name] ?? ''));
  if (missing.length === 0) return { skip: false };
  const why = missing.map((name) => `${name} names no file (${variables[name]})`).join('; ');
  return absent(why);
}

/**
 * Something that a test needs is not here.
 * @param {string} why
 * @returns {{ skip: string }}
 */
export function absent(why) {
  if (process.env.SKYWAVE_REQUIRE_TOOLS === '1') throw new Error(why);
  console.error(`SKIPPED: ${why}`);
  return { skip: why };
}

/** @param {keyof typeof variables} name */
export function given(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: ${variables[name]}`);
  return value;
}
