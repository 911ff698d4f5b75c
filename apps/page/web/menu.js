// @ts-check
// Everything that is neither receiving nor reading.

import { button, el } from "./dom.js";
import { say } from "./words.js";

const ENTRIES = ["whom", "handon", "places", "guide", "leave", "settings"];

/** @param {App} app @returns {View} */
export function menu(app) {
  return {
    root: el("div", { class: "screen menu" }, el("h1", { tabindex: -1 }, say("menu.title")),
      el("ul", { class: "entries" }, ENTRIES.map((name) => el("li", {}, button([
        el("strong", {}, say(`menu.${name}`)), el("span", { class: "small" }, say(`menu.${name}.hint`))], () => app.show(name))))),
      el("p", { class: "promise" }, say("sends.nothing"))),
  };
}
