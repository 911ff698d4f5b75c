// What the tests are given: a page with and without fonts, and a recording of the sample newsroom
// in which something is lost. `node prepare.mjs FOLDER`, with SKYWAVE_BIN set.

import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { courier, damage, skywave } from './rig/files.mjs';

const folder = resolve(process.argv[2] ?? '');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const { key, whole } = courier(folder);
damage(whole, join(folder, 'recording.ts'));
for (const [name, ...fonts] of [['page.html', '--no-fonts'], ['page-fonts.html']]) {
  skywave('page', '-o', join(folder, name), '--trust', key, '--lang', 'en', 'fa', ...fonts);
}
