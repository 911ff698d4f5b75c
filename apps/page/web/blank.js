// @ts-check
// Something innocent to look at.

import { button, el } from "./dom.js";
import { digits } from "./dates.js";
import { language, say } from "./words.js";

/** A shopping list that works. Nothing of the page is left behind it. */
export function shoppingList() {
  const list = el("ul", { class: "shopping" });
  const add = (/** @type {string} */ name) => list.append(el("li", {}, el("label", { class: "confirm" }, el("input", { type: "checkbox", autocomplete: "off" }), el("span", { dir: "auto" }, name))));
  const input = el("input", { type: "text", autocomplete: "off", spellcheck: "false", "aria-label": say("blank.new"), placeholder: say("blank.new"), maxlength: 80 });
  say("blank.items").split("|").forEach((name, i) => add(i % 2 === 0 ? name : `${name} ${digits((i % 3) + 1, language())}`));
  const enter = () => {
    if (input.value.trim() !== "") add(input.value.trim());
    input.value = "";
  };
  input.addEventListener("keydown", (event) => event.key === "Enter" && enter());
  return el("main", { class: "screen" }, el("h1", {}, say("blank.title")), list, el("p", { class: "actions" }, input, button(say("blank.add"), enter)));
}
