// @ts-check
// The texts of an edition, folded once and searched at every keystroke.

import { findFolded, haystackOf } from "./fold.js";

/** Articles that are folded before other messages are looked at. */
const STEP = 200;

export class Searcher {
  constructor() {
    this.key = "";
    /** @type {Promise<import("./fold.js").Haystack>|null} */
    this.haystack = null;
  }

  /**
   * @param {import("./engine.js").Engine} engine
   * @param {string} edition
   * @param {string} version
   * @param {string} query
   * @param {number} limit
   * @returns {Promise<Found[]>}
   */
  async find(engine, edition, version, query, limit) {
    const key = `${edition} ${version}`;
    if (this.key !== key || !this.haystack) {
      this.key = key;
      this.haystack = gather(engine, edition);
    }
    return findFolded(await this.haystack, query, limit);
  }
}

/** @param {import("./engine.js").Engine} engine @param {string} edition */
async function gather(engine, edition) {
  const all = haystackOf([]);
  for (let from = 0; ; from += STEP) {
    /** @type {[number, string, string, string][]} */
    const texts = engine.ask({ ask: "texts", edition, from, limit: STEP });
    const some = haystackOf(texts.map(([number, title, lead, text]) => ({ number, title, lead, text })));
    all.articles.push(...some.articles);
    all.titles.push(...some.titles);
    all.leads.push(...some.leads);
    all.texts.push(...some.texts);
    if (texts.length < STEP) return all;
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}
