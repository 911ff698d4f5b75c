// @ts-check
// The search box, and what it finds.

import { speaks } from "./direction.js";
import { button, el } from "./dom.js";
import { plain } from "./names.js";
import { say } from "./words.js";

/** Results shown at first: what is found is shown at every keystroke. */
const FIRST = 15;
/** Results shown once more are asked for. */
const MORE = 100;

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
    void search();
    input.focus();
  }, { class: "clear", "aria-label": say("search.clear"), hidden: true });
  let asked = 0;
  /** @type {Map<number, Headline>} */
  let headlines = new Map();
  /** @type {News|null} */
  let indexed = null;

  /** What is found for what stands in the box; nothing once something else stands there. @param {number} limit */
  const ask = async (limit) => {
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
    count.textContent = shown.length === 0 ? say("search.none") : say(cut ? "search.found.first" : "search.found", { n: shown.length });
    moreLine.hidden = !cut || limit === MORE;
    return shown;
  };
  const show = (/** @type {Found[]} */ found) => list.replaceChildren(...found.map((one) => result(one, headlines.get(one.number), open)));
  const search = async () => {
    const found = await ask(FIRST);
    if (!found) return;
    show(found);
    results.hidden = false;
    searching(true);
  };
  const showMore = async () => {
    const found = await ask(MORE);
    if (!found) return;
    show(found);
    list.children[FIRST]?.querySelector("button")?.focus();
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
