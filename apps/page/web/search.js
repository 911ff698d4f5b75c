// @ts-check
// The search box, and what it finds.

import { speaks } from "./direction.js";
import { button, el } from "./dom.js";
import { plain } from "./names.js";
import { say } from "./words.js";

/** Results shown at first: what is found is shown at every keystroke. */
const FIRST = 10;
/** Results shown once more are asked for. */
const MORE = 100;
/** A search is made again after so many milliseconds, while more comes and for as long after. */
const AGAIN = 1000;
const SETTLED = 15_000;

/**
 * @param {App} app
 * @param {(number: number) => void} open
 * @param {(searching: boolean) => void} searching
 */
export function searchBox(app, open, searching) {
  const input = el("input", { type: "search", id: "search", autocomplete: "off", autocapitalize: "off", autocorrect: "off", spellcheck: "false", enterkeyhint: "search", placeholder: say("search.hint"), maxlength: 200 });
  const count = el("p", { class: "small", role: "status" });
  const list = el("ul", { class: "found" });
  const more = button(say("more"), () => void showMore().catch(() => {}), { class: "more" });
  const moreLine = el("p", { class: "more-line", hidden: true }, more);
  const results = el("div", { class: "results", hidden: true }, count, list, moreLine);
  const clear = button("✕", () => {
    input.value = "";
    void search(FIRST);
    input.focus();
  }, { class: "clear", "aria-label": say("search.clear"), hidden: true });
  let asked = 0;
  /** @type {Map<number, Headline>} */
  let headlines = new Map();
  /** @type {News|null} */
  let indexed = null;

  /** What is found for what stands in the box; nothing once something else stands there. @param {number} limit @param {boolean} again */
  const ask = async (limit, again) => {
    const edition = app.edition();
    const query = input.value.trim();
    const turn = ++asked;
    clear.hidden = query === "";
    // While it is empty its hint runs as the page does.
    input.dir = query === "" ? "" : "auto";
    if (query === "" || !edition) {
      results.hidden = true;
      searching(false);
      return null;
    }
    // One more than is shown says whether there is more.
    /** @type {[Found[], News]} */
    const [found, news] = await Promise.all([app.core.ask("search", { edition: edition.id, query, limit: limit + 1 }), app.news(edition)]);
    if (turn !== asked) return null;
    if (news !== indexed) headlines = new Map((indexed = news).articles.map((headline) => [headline.number, headline]));
    const cut = found.length > limit;
    const shown = cut ? found.slice(0, limit) : found;
    const words = shown.length === 0 ? say("search.none") : say(cut ? "search.found.first" : "search.found", { n: shown.length });
    if (!again || count.textContent !== words) count.textContent = words;
    moreLine.hidden = !cut || limit === MORE;
    return shown;
  };
  let limit = FIRST;
  let shown = "";
  let busy = 0;
  /** @param {number} most @param {boolean} [again] what is there may stay where it is the same */
  const search = async (most, again = false) => {
    limit = most;
    busy++;
    const found = await ask(limit, again).finally(() => busy--);
    if (!found) return;
    const now = JSON.stringify(found);
    if (now !== shown || !again) list.replaceChildren(...found.map((one) => result(one, headlines.get(one.number), open)));
    shown = now;
    results.hidden = false;
    searching(true);
    settle();
  };
  const showMore = async () => {
    await search(MORE);
    list.children[FIRST]?.querySelector("button")?.focus();
  };

  let version = "";
  let changed = -Infinity;
  let waiting = 0;
  /** While texts come, and for as long as the worker may be folding them, what stands in the box is searched again. */
  const settle = () => {
    const edition = app.edition();
    const now = edition ? `${edition.id} ${edition.version}` : "";
    if (now !== version) changed = performance.now();
    version = now;
    if (waiting || input.value.trim() === "" || performance.now() - changed > SETTLED) return;
    waiting = setTimeout(() => {
      waiting = 0;
      if (!results.isConnected) return;
      // Not before an answer that is on its way, nor under the finger of somebody who is choosing.
      if (busy > 0 || results.contains(document.activeElement)) settle();
      else void search(limit, true).catch(() => {});
    }, AGAIN);
  };
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = 0;
    void search(FIRST).catch(() => {});
  });
  const box = el("div", { class: "search", role: "search" }, el("label", { for: "search", class: "away" }, say("search.label")), input, clear);
  return { box, results, settle };
}

/** @param {Found} found @param {Headline|undefined} headline @param {(number: number) => void} open */
function result(found, headline, open) {
  const own = speaks(headline?.language);
  const snippet = el("span", { class: "snippet" }, plain(found.before), found.before.endsWith(" ") && " ", el("mark", {}, plain(found.match)), found.after.startsWith(" ") && " ", plain(found.after));
  return el("li", own, button([
    el("strong", {}, found.where === "title" || !headline ? snippet : plain(headline.title)),
    found.where !== "title" && headline && snippet,
    found.where === "title" && headline?.lead && el("span", { class: "snippet" }, plain(headline.lead, 160)),
  ], () => open(found.number)));
}
