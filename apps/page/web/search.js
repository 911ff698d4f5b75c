// @ts-check
// The search box, and what it finds.

import { speaks } from "./direction.js";
import { button, el } from "./dom.js";
import { plain } from "./names.js";
import { say } from "./words.js";

/** Results asked for. */
const LIMIT = 50;

/**
 * @param {App} app
 * @param {(number: number) => void} open
 * @param {(searching: boolean) => void} searching
 */
export function searchBox(app, open, searching) {
  const input = el("input", { type: "search", id: "search", autocomplete: "off", autocapitalize: "off", autocorrect: "off", spellcheck: "false", enterkeyhint: "search", placeholder: say("search.hint"), dir: "auto", maxlength: 200 });
  const count = el("p", { class: "small", role: "status" });
  const list = el("ul", { class: "found" });
  const results = el("div", { class: "results", hidden: true }, count, list);
  const clear = button("✕", () => {
    input.value = "";
    void search();
    input.focus();
  }, { class: "clear", "aria-label": say("search.clear"), hidden: true });
  let asked = 0;
  /** @type {Map<number, Headline>} */
  let headlines = new Map();
  /** @type {News|null} */
  let indexed = null;

  const search = async () => {
    const edition = app.edition();
    const query = input.value.trim();
    const turn = ++asked;
    clear.hidden = query === "";
    if (query === "" || !edition) {
      results.hidden = true;
      return searching(false);
    }
    /** @type {[Found[], News]} */
    const [found, news] = await Promise.all([app.core.ask("search", { edition: edition.id, query, limit: LIMIT }), app.news(edition)]);
    if (turn !== asked) return;
    if (news !== indexed) headlines = new Map((indexed = news).articles.map((headline) => [headline.number, headline]));
    list.replaceChildren(...found.map((one) => result(one, headlines.get(one.number), open)));
    count.textContent = found.length === 0 ? say("search.none") : found.length === LIMIT ? say("search.found.first", { n: LIMIT }) : say("search.found", { n: found.length });
    results.hidden = false;
    searching(true);
  };
  input.addEventListener("input", () => void search().catch(() => {}));
  const box = el("div", { class: "search", role: "search" }, el("label", { for: "search", class: "away" }, say("search.label")), input, clear);
  return { box, results };
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
