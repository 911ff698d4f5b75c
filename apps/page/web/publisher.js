// @ts-check
// Know whom you read: eight words to compare before anything opens, and what is odd about a name.

import { bdi } from "./direction.js";
import { button, el, slot } from "./dom.js";
import { suspicious } from "./names.js";
import { digits } from "./dates.js";
import { language, say } from "./words.js";

/** @param {App} app @returns {View} */
export function whom(app) {
  const list = el("div", {});
  const fill = slot(list);
  const root = el("div", { class: "screen whom" },
    el("h1", { tabindex: -1 }, say("whom.title")),
    el("p", { class: "lead" }, say("whom.why")),
    list,
    el("p", { class: "promise" }, say("sends.nothing")));
  const update = () => {
    const { heard, editions } = app.state;
    const trusted = editions.filter((edition, i) => editions.findIndex((other) => other.key === edition.key) === i);
    fill([heard, trusted.map((edition) => [edition.key, edition.number, edition.name, edition.roots])], () => [
      heard.length > 0 && el("h2", {}, say("whom.heard")),
      heard.map((one) => stranger(app, one)),
      trusted.length > 0 && el("h2", {}, say("whom.trusted")),
      trusted.map((edition) => known(app, edition)),
      heard.length + trusted.length === 0 && el("p", {}, say("whom.none")),
    ]);
  };
  update();
  return { root, update };
}

/** The words, to be compared one by one. @param {string[]} words */
export function eightWords(words) {
  return el("ol", { class: "eight", dir: "ltr", lang: "en", translate: "no" },
    words.map((word, i) => el("li", {}, el("span", { class: "place", "aria-hidden": "true" }, digits(i + 1, language())), el("span", {}, word))));
}

/** A line of warning where a name may imitate another. @param {string} name */
export function nameWarning(name) {
  const why = suspicious(name);
  return why && el("p", { class: "warning", role: "note" }, say(`whom.${why}`));
}

/** @param {App} app @param {Heard} heard */
function stranger(app, heard) {
  const open = button(say("whom.open"), () => {
    open.disabled = true;
    app.trust(heard.key).then(() => app.show("front"), () => (open.disabled = false));
  }, { class: "main", disabled: true });
  const same = el("input", { type: "checkbox", autocomplete: "off", onchange: () => (open.disabled = !same.checked) });
  return el("section", { class: "publisher" },
    el("p", { class: "small" }, say("whom.claims")),
    el("h3", {}, bdi(heard.name)),
    nameWarning(heard.name),
    el("p", {}, say("whom.compare")),
    eightWords(heard.words),
    el("label", { class: "confirm" }, same, el("span", {}, say("whom.same"))),
    el("p", { class: "small" }, say("whom.different")),
    open);
}

/** @param {App} app @param {Edition} edition */
function known(app, edition) {
  return el("section", { class: "publisher" },
    el("h3", {}, bdi(edition.name)),
    nameWarning(edition.name),
    eightWords(edition.words),
    el("p", { class: "small" }, say("whom.newest", { number: edition.number })),
    edition.roots > 1 && el("p", { class: "small" }, say("whom.roots", { n: edition.roots - 1 })),
    el("p", { class: "actions" },
      button(say("front.places"), () => { app.choose(edition.id); app.show("places"); }),
      button(say("whom.distrust"), () => app.distrust(edition.key))));
}
