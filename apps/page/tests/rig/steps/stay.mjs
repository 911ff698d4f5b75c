// Opens a page and leaves it alone.

import { open } from '../browsers.mjs';

/**
 * @param {import('../browsers.mjs').Running} running
 * @param {{ file: string }} what
 */
export default async function stay({ page }, { file }) {
  await open(page, file);
}
