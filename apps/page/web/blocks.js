// @ts-check
// Blocks of an article become elements: text as text, attributes from fixed tables and numbers.

import { copyButton } from "./clipboard.js";
import { bdi, ltr } from "./direction.js";
import { el } from "./dom.js";
import { pictureFigure, player, savedFile } from "./figures.js";
import { grow, pieces, textGrown } from "./grow.js";
import { plain } from "./names.js";
import { say } from "./words.js";

/** Blocks, rows and items shown at once; the rest comes while reading. */
const AT_ONCE = 60;
/** Pieces of one paragraph's text shown at once. */
const PIECES = 3;

/**
 * @param {App} app
 * @param {News} news
 * @param {Block[]} blocks
 * @returns {HTMLElement[]}
 */
export function blockElements(app, news, blocks) {
  const parent = el("div", { class: "blocks" });
  return grow(parent, blocks.length, (i) => blockElement(app, news, /** @type {Block} */ (blocks[i])), AT_ONCE);
}

/** @param {App} app @param {News} news @param {Block} block @returns {Node} */
function blockElement(app, news, block) {
  switch (block[0]) {
    case "p": return together(grown(el("p", { dir: "auto" }), block[1]));
    case "h": {
      // The title is the first level; a document may not skip one.
      const level = /** @type {"h2"|"h3"|"h4"} */ (`h${Math.min(4, Math.max(2, Number(block[1]) || 2))}`);
      return together(grown(el(level, { dir: "auto" }), block[2]));
    }
    case "list": {
      const items = block[2];
      return together(grow(el(block[1] ? "ol" : "ul", {}), items.length, (i) => el("li", {}, blockElements(app, news, items[i] ?? [])), AT_ONCE));
    }
    case "quote": return el("figure", { class: "quote" }, el("blockquote", {}, blockElements(app, news, block[2])),
      block[1] && el("figcaption", {}, "— ", bdi(block[1])));
    case "table": return tableElement(block[1], block[2]);
    case "pre": return together(textGrown(el("pre", { dir: "auto", tabindex: 0 }), block[1]));
    case "unknown": return el("div", { class: "unknown" }, el("p", { class: "small" }, say("article.unknown")), textGrown(el("p", { dir: "auto", class: "prose" }), block[1]));
    case "picture": return pictureFigure(app, news, block[1]);
    case "sound": return player(app, news, "sound", block[1]);
    case "film": return player(app, news, "film", block[1]);
    case "file": return savedFile(app, news, block[1]);
    default: return document.createTextNode("");
  }
}

/** @param {HTMLElement[]} elements */
function together(elements) {
  return elements.length === 1 ? /** @type {HTMLElement} */ (elements[0]) : el("div", {}, elements);
}

/**
 * An element with spans in it; long ones in pieces.
 * @template {HTMLElement} E
 * @param {E} parent
 * @param {Span[]} spans
 */
function grown(parent, spans) {
  /** @type {(() => Node)[]} */
  const makers = [];
  let length = 0;
  for (const span of spans) {
    const text = typeof span === "string" ? span : span[1];
    length += text.length;
    for (const piece of pieces(text)) makers.push(() => inline(span, piece));
  }
  const step = length < 8000 ? Math.max(makers.length, 1) : PIECES;
  return grow(parent, makers.length, (i) => /** @type {() => Node} */ (makers[i])(), Math.min(step, 400));
}

/** @param {Span} span @param {string} text @returns {Node} */
function inline(span, text) {
  if (typeof span === "string") return document.createTextNode(text);
  if (span[0] === "em" || span[0] === "strong") return el(span[0], {}, text);
  const address = span[2];
  return el("span", { class: "link" }, el("bdi", {}, text), " ", ltr(plain(address, 2000), "url"), " ",
    copyButton(say("copy"), () => address, { class: "plain", "aria-label": say("article.link") }));
}

/** @param {number} heads @param {Span[][][]} rows */
function tableElement(heads, rows) {
  const line = (/** @type {number} */ i) => el("tr", {}, (rows[i] ?? []).map((cell) =>
    el(i < heads ? "th" : "td", { dir: "auto", scope: i < heads ? "col" : undefined }, cell.map((span) => inline(span, typeof span === "string" ? span : span[1])))));
  const head = el("thead", {}, rows.slice(0, Math.min(heads, 10)).map((_, i) => line(i)));
  const from = Math.min(heads, 10, rows.length);
  const [body, more] = grow(el("tbody", {}), rows.length - from, (i) => line(i + from), AT_ONCE);
  return el("div", {}, el("div", { class: "table", tabindex: 0, role: "region", "aria-label": say("article.table") }, el("table", {}, head, body)), more);
}
