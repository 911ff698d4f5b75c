// What axe finds on the page.

import axe from 'axe-core';

/** Every rule of the standard, and what axe's makers think good besides. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/**
 * In lines that say where.
 * @param {import('./reader.mjs').Reader} reader
 * @returns {Promise<string[]>}
 */
export async function findings(reader) {
  await reader.page.evaluate(axe.source);
  return reader.page.evaluate(async (tags) => {
    const found = await /** @type {any} */ (globalThis).axe.run(document, { runOnly: { type: 'tag', values: tags } });
    return found.violations.flatMap((/** @type {any} */ rule) => rule.nodes.map((/** @type {any} */ node) =>
      `${rule.id}: ${node.target.join(' ')}: ${node.failureSummary.replace(/\s+/g, ' ')}`));
  }, RULES);
}
