// @ts-check
// Pictures of where a phone hides the stick and the recording.

import { el, svg } from "./dom.js";
import { direction } from "./direction.js";
import { language, say } from "./words.js";

/** @returns {View} */
export function guide() {
  const part = (/** @type {string} */ name, /** @type {Element[]} */ ...drawings) =>
    el("section", {}, el("h2", {}, say(`guide.${name}.title`)), el("p", {}, say(`guide.${name}.text`)),
      drawings.length > 0 && el("div", { class: "drawings" }, drawings));
  return {
    root: el("div", { class: "screen guide" },
      el("h1", { tabindex: -1 }, say("guide.title")),
      el("p", { class: "lead" }, say("guide.intro")),
      part("picker", picker(), drawer()),
      part("phone", files()),
      part("box"), part("radio"), part("computer")),
  };
}

const mirrored = () => direction(language()) === "rtl";
/** Where a thing of width `w` at `x` stands, mirrored where the language runs from the right. @param {number} x @param {number} w */
const at = (x, w) => (mirrored() ? 200 - x - w : x);

/** A phone with what is on it. @param {string} label @param {...(Node|Node[])} content */
function phone(label, ...content) {
  return svg("svg", { viewBox: "0 0 200 300", role: "img", "aria-label": label, class: "phone" },
    svg("rect", { x: 6, y: 4, width: 188, height: 292, rx: 20, class: "case" }),
    svg("rect", { x: 14, y: 22, width: 172, height: 256, rx: 6, class: "glass" }), ...content);
}

/** @param {string} text @param {number} x @param {number} y @param {string} [kind] */
function write(text, x, y, kind) {
  const side = mirrored();
  return svg("text", { x: side ? 200 - x : x, y, class: kind, "text-anchor": "start", direction: side ? "rtl" : "ltr" }, text);
}

/** A row of a list. @param {string} text @param {number} y @param {boolean} [here] */
function row(text, y, here) {
  return svg("g", {},
    here && svg("rect", { x: 20, y: y - 19, width: 160, height: 30, rx: 8, class: "here" }),
    svg("rect", { x: at(28, 16), y: y - 11, width: 16, height: 13, rx: 3, class: here ? "icon on" : "icon" }),
    write(text, 54, y, here ? "strong" : ""));
}

/** Three lines in a corner, with a ring around them. */
function threeLines() {
  const x = at(26, 16);
  return svg("g", {}, [38, 44, 50].map((y) => svg("rect", { x, y, width: 16, height: 2.4, rx: 1, class: "ink" })),
    svg("circle", { cx: x + 8, cy: 45, r: 17, class: "ring" }));
}

/** The file picker as it opens, with its menu's button. */
function picker() {
  const tile = (/** @type {number} */ x, /** @type {number} */ y) => svg("rect", { x, y, width: 70, height: 56, rx: 6, class: "icon" });
  return phone(say("guide.picker.text"), write(say("guide.draw.recent"), 58, 50, "strong"), threeLines(),
    tile(24, 80), tile(106, 80), tile(24, 148), tile(106, 148), tile(24, 216), tile(106, 216));
}

/** The picker's menu, with the stick in it. */
function drawer() {
  const names = ["recent", "images", "sound", "downloads", "phone"];
  return phone(say("guide.picker.text"), svg("rect", { x: at(14, 140), y: 22, width: 140, height: 256, class: "sheet" }),
    names.map((name, i) => row(say(`guide.draw.${name}`), 60 + i * 34)), row(say("guide.draw.stick"), 60 + names.length * 34, true));
}

/** The Files app's first page. */
function files() {
  const names = ["downloads", "images", "sound"];
  return phone(say("guide.phone.text"), write(say("guide.draw.files"), 26, 50, "strong"),
    names.map((name, i) => row(say(`guide.draw.${name}`), 84 + i * 30)),
    svg("rect", { x: 24, y: 164, width: 152, height: 1.5, class: "icon" }),
    row(say("guide.draw.phone"), 190), row(say("guide.draw.card"), 222), row(say("guide.draw.stick"), 256, true));
}
