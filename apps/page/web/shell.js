// @ts-check
// What is around every screen: where one can go, how far reading is, and the button that hides all.

import { button, el, slot } from "./dom.js";
import { percent } from "./sizes.js";
import { say } from "./words.js";

/** Screens of the bar, and the screens that belong to each. @type {[string, string, string[]][]} */
const BAR = [["front", "nav.read", ["front", "article"]], ["receive", "nav.receive", ["receive"]], ["menu", "nav.more", []]];

/** @param {App} app */
export function shell(app) {
  const main = el("main", { id: "main", tabindex: -1 });
  const bar = el("div", { class: "bar" });
  const fillBar = slot(bar);
  const strip = el("progress", { class: "strip", max: 1000, value: 0, "aria-hidden": "true", hidden: true });
  const live = el("p", { class: "away", "aria-live": "polite" });
  const root = el("div", { class: "shell" },
    button(say("nav.skip"), () => main.focus(), { class: "skip" }),
    el("header", { class: "top" }, bar, strip), main, live);
  return {
    root, main,
    /** @param {string} screen @param {boolean} deep */
    at(screen, deep) {
      fillBar([screen, deep], () => [
        el("nav", { "aria-label": say("nav.label") },
          deep && button(el("span", { class: "arrow", "aria-hidden": "true" }, "←"), () => app.back(), { class: "back", "aria-label": say("nav.back") }),
          BAR.map(([name, key, own]) => button(say(key), () => app.show(name), {
            class: name,
            "aria-current": own.includes(screen) || (own.length === 0 && !BAR.some(([, , others]) => others.includes(screen))) ? "page" : undefined,
          }))),
        button(say("nav.hide"), () => app.blank(), { class: "hide", title: say("nav.hide.hint") }),
      ]);
    },
    /** @param {State["reading"]} reading @param {string} screen */
    reading(reading, screen) {
      strip.hidden = reading === null || screen === "receive";
      if (reading && reading.size > 0) {
        strip.value = Math.round((reading.read / reading.size) * 1000);
        strip.title = percent(reading.read / reading.size);
      }
    },
    /** @param {boolean} isOn */
    listening(isOn) {
      root.classList.toggle("on-air", isOn);
    },
    /** @param {string} text */
    announce(text) {
      live.textContent = text;
    },
  };
}
