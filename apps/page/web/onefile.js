// @ts-check
// Page and edition in one file: the page's own text with an edition in it, and without.

import { toBase64 } from "./base64.js";

// In pieces: this script is part of the page, and must neither hold these tags nor end itself.
const EDITION = ["<script type", '"text/plain" id', '"edition">'].join("=");
const EDITION_END = ["<", "script>"].join("/");
const TEXTS = ["<noscript id", '"texts">'].join("=");
const TEXTS_END = ["<", "noscript>"].join("/");

/** Tags that the texts may have; with anything else in it a page is not this page. */
const TEXT_TAG = /^<\/?(?:section|article|h[1-4]|p|hr)(?: lang="[a-zA-Z0-9-]{1,35}")?(?: dir="(?:ltr|rtl|auto)")?>$/;

/**
 * Where the content of an element stands in the page's text.
 * @param {string} page
 * @param {string} open
 * @param {string} close
 * @returns {[number, number]|null}
 */
function content(page, open, close) {
  const start = page.indexOf(open);
  const end = page.indexOf(close, start);
  return start < 0 || end < 0 ? null : [start + open.length, end];
}

/**
 * The page without an edition, for comparison: `null` where its places for one hold anything else.
 * @param {string} page
 */
export function bare(page) {
  let text = page;
  for (const [open, close, fits] of /** @type {[string, string, (held: string) => boolean][]} */ ([
    [EDITION, EDITION_END, (held) => /^[A-Za-z0-9+/=\s]*$/.test(held)],
    [TEXTS, TEXTS_END, (held) => (held.match(/<[^>]*>?/g) ?? []).every((tag) => TEXT_TAG.test(tag))],
  ])) {
    const place = content(text, open, close);
    if (!place) continue;
    if (!fits(text.slice(...place))) return null;
    text = text.slice(0, place[0]) + text.slice(place[1]);
  }
  return text;
}

/**
 * The parts of a file that holds page and edition.
 * @param {string} page
 * @param {Uint8Array[]} edition
 * @param {string} texts markup of `textsMarkup`
 * @returns {string[]}
 */
export function oneFile(page, edition, texts) {
  const empty = bare(page) ?? page;
  const places = [content(empty, EDITION, EDITION_END), content(empty, TEXTS, TEXTS_END)];
  const inserts = [toBase64(edition), [texts]];
  const order = places.map((place, i) => ({ at: place?.[0] ?? -1, parts: inserts[i] ?? [] })).filter(({ at }) => at >= 0).sort((a, b) => a.at - b.at);
  const parts = [];
  let from = 0;
  for (const { at, parts: inserted } of order) {
    parts.push(empty.slice(from, at), ...inserted);
    from = at;
  }
  parts.push(empty.slice(from));
  return parts;
}

/** @param {string} text */
function escaped(text) {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g, "").replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/**
 * Plain texts as markup for where no script runs.
 * @param {{ lang: string, dir: string, title: string, note: string, articles: { lang: string, dir: string, title: string, paragraphs: string[] }[] }[]} sections
 */
export function textsMarkup(sections) {
  return sections.map((section) => [
    `<section lang="${attribute(section.lang)}" dir="${attribute(section.dir)}"><h2>${escaped(section.title)}</h2><p>${escaped(section.note)}</p>`,
    ...section.articles.map((article) => `<article lang="${attribute(article.lang)}" dir="${attribute(article.dir)}"><h3>${escaped(article.title)}</h3>${article.paragraphs.map((text) => `<p>${escaped(text)}</p>`).join("")}</article>`),
    "</section>",
  ].join("")).join("<hr>");
}

/** @param {string} value */
function attribute(value) {
  return /^[a-zA-Z0-9-]{1,35}$/.test(value) ? value : "auto";
}
