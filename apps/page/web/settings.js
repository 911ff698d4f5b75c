// @ts-check
// Language, size of the text, light and dark: kept in memory only.

import { direction } from "./direction.js";
import { button, el } from "./dom.js";
import { percent } from "./sizes.js";
import { localVoices } from "./speech.js";
import { language, languages, say } from "./words.js";

const STEP = 0.125;
const SMALLEST = 0.875;
const LARGEST = 2;

/** @param {App} app @returns {View} */
export function settings(app) {
  const shown = el("output", { "aria-live": "polite" }, percent(app.settings.size));
  const resize = (/** @type {number} */ by) => {
    app.settings.size = Math.min(LARGEST, Math.max(SMALLEST, app.settings.size + by));
    shown.textContent = percent(app.settings.size);
    app.applySettings();
  };
  const select = el("select", { id: "language", autocomplete: "off", onchange: () => app.setLanguage(select.value) },
    languages().map(([code, name]) => el("option", { value: code, lang: code, dir: direction(code), selected: code === language() }, name)));
  const voices = localVoices(language()).map((voice) => voice.name).slice(0, 8).join(", ");
  return {
    root: el("div", { class: "screen settings" },
      el("h1", { tabindex: -1 }, say("settings.title")),
      el("section", {}, el("h2", {}, el("label", { for: "language" }, say("settings.language"))), select),
      el("section", {}, el("h2", {}, say("settings.size")), el("p", { class: "actions" },
        button(["A−  ", say("settings.size.smaller")], () => resize(-STEP)), shown,
        button(["A+  ", say("settings.size.larger")], () => resize(STEP)))),
      el("fieldset", {}, el("legend", {}, say("settings.theme")), themes(app)),
      el("section", {}, el("h2", {}, say("settings.voices")), el("p", {}, voices === "" ? say("settings.voices.none") : say("settings.voices.some", { names: voices }))),
      el("p", { class: "small" }, say("settings.memory"))),
  };
}

/** @param {App} app */
function themes(app) {
  /** @type {App["settings"]["theme"][]} */
  const names = ["auto", "light", "dark"];
  return names.map((name) => el("label", { class: "confirm" },
    el("input", { type: "radio", name: "theme", autocomplete: "off", checked: app.settings.theme === name, onchange: () => {
      app.settings.theme = name;
      app.applySettings();
    } }), el("span", {}, say(`settings.theme.${name}`))));
}
