// Opens a page, and tries all that is in it.

import { open } from '../browsers.mjs';

/** @typedef {import('../browsers.mjs').Running} Running */

/**
 * @param {Running} running
 * @param {{ file: string }} what
 */
export default async function poke({ page }, { file }) {
  await open(page, file);
  await pokeAll(page);
}

/**
 * Everything that reacts is pointed at, focused and clicked.
 * @param {import('puppeteer-core').Page} page
 * @param {string} [what]  to try
 */
export async function pokeAll(page, what = 'a, button, summary, [role=button], [role=link], [tabindex]') {
  for (const element of await page.$$(what)) {
    // What is hidden, or gone since, cannot be clicked.
    for (const act of [() => element.hover(), () => element.focus(), () => element.click(), () => page.bringToFront()]) {
      await within(2_000, act()).catch(() => {});
    }
  }
}

/**
 * @template Value
 * @param {number} milliseconds
 * @param {Promise<Value>} promise
 * @returns {Promise<Value>}
 */
function within(milliseconds, promise) {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`not within ${milliseconds} ms`)), milliseconds);
    promise.then(resolve, reject).finally(() => clearTimeout(late));
  });
}
