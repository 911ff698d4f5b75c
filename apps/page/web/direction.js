// @ts-check
// Which way a language runs, and how a stranger's text is kept from turning what stands beside it.

import { el } from "./dom.js";
import { plain } from "./names.js";

const RIGHT_TO_LEFT = ["ar", "fa", "ps", "ckb", "ur", "he", "yi", "sd", "ug", "dv", "azb", "lrc", "glk", "mzn", "bal", "sdh", "syr", "arc"];
const TAG = /^[a-zA-Z]{2,8}(?:-[a-zA-Z0-9]{1,8})*$/;

/** The language tag where it is one, for a `lang` attribute. @param {string|undefined} language */
export function tag(language) {
  return language !== undefined && language.length <= 35 && TAG.test(language) ? language : undefined;
}

/** @param {string|undefined} language @returns {"rtl"|"ltr"|"auto"} */
export function direction(language) {
  const known = tag(language);
  if (known === undefined) return "auto";
  const [code, ...rest] = known.toLowerCase().split("-");
  if (rest.includes("latn") || rest.includes("cyrl")) return "ltr";
  return rest.includes("arab") || RIGHT_TO_LEFT.includes(code ?? "") ? "rtl" : "ltr";
}

/** Attributes of an element that holds text of this language. @param {string|undefined} language */
export function speaks(language) {
  return { lang: tag(language), dir: direction(language) };
}

/** A stranger's line, isolated. @param {string} text @param {string} [language] @param {number} [most] */
export function bdi(text, language, most) {
  return el("bdi", { lang: tag(language) }, plain(text, most));
}

/** Digits, addresses, words of a key: always left to right. @param {string} text @param {string} [kind] */
export function ltr(text, kind) {
  return el("bdi", { dir: "ltr", class: kind }, text);
}
