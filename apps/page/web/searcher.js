// @ts-check
// The texts of an edition, folded once and searched at every keystroke.

import { findFolded, haystackOf } from "./fold.js";

/** Articles that are asked for at once. */
const STEP = 200;
/** Folding lets other messages in after so many milliseconds. Reading a bundle takes as long. */
const TURN = 200;
/** A search waits so long for what has just come, in milliseconds; then what was folded before has to do. */
const PATIENCE = 100;

export class Searcher {
  constructor() {
    this.edition = "";
    this.version = "";
    /** @type {import("./fold.js").Haystack|null} what was folded last */
    this.haystack = null;
    /** @type {Promise<void>|null} */
    this.folding = null;
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
    if (this.edition !== edition) {
      this.edition = edition;
      this.version = "";
      this.haystack = this.folding = null;
    }
    if (this.version !== version && !this.folding) {
      this.version = version;
      this.folding = gather(engine, edition)
        .then((haystack) => {
          if (this.edition === edition) this.haystack = haystack;
        })
        .finally(() => {
          if (this.edition === edition) this.folding = null;
        });
    }
    if (this.folding) await (this.haystack ? Promise.race([this.folding, wait(PATIENCE)]) : this.folding);
    return this.haystack ? findFolded(this.haystack, query, limit) : [];
  }
}

/** @param {import("./engine.js").Engine} engine @param {string} edition */
async function gather(engine, edition) {
  const all = haystackOf([]);
  let began = performance.now();
  for (let from = 0; ; from += STEP) {
    /** @type {[number, string, string, string][]} */
    const texts = engine.ask({ ask: "texts", edition, from, limit: STEP });
    const some = haystackOf(texts.map(([number, title, lead, text]) => ({ number, title, lead, text })));
    all.articles.push(...some.articles);
    all.titles.push(...some.titles);
    all.leads.push(...some.leads);
    all.texts.push(...some.texts);
    if (texts.length < STEP) return all;
    if (performance.now() - began > TURN) {
      await wait(0);
      began = performance.now();
    }
  }
}

/** @param {number} milliseconds */
function wait(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
