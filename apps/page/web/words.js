// @ts-check
// The interface's words in the language of the moment.

import { digits } from "./dates.js";

/** @type {Map<string, Words>} */
const packed = new Map();
let current = "en";
/** @type {Words} */
let words = {};
/** @type {Words} */
let fallback = {};
let plural = new Intl.PluralRules("en");

/** Takes in the packed languages. @param {Record<string, Words>} all */
export function loadWords(all) {
  for (const [code, map] of Object.entries(all)) packed.set(code, map);
  fallback = packed.get("en") ?? [...packed.values()][0] ?? {};
}

/** The packed languages: code and own name. @returns {[string, string][]} */
export function languages() {
  return [...packed].map(([code, map]) => [code, map._name ?? code]);
}

/** The first packed language that the person's browser asks for, else the first that is packed. @param {readonly string[]} wanted */
export function bestLanguage(wanted) {
  for (const tag of wanted) {
    const code = tag.toLowerCase().split("-")[0] ?? "";
    if (packed.has(code)) return code;
  }
  return [...packed.keys()][0] ?? "en";
}

/** @param {string} code */
export function useLanguage(code) {
  current = code;
  words = packed.get(code) ?? fallback;
  try {
    plural = new Intl.PluralRules(code);
  } catch {
    plural = new Intl.PluralRules("en");
  }
}

/** The language of the interface. */
export function language() {
  return current;
}

/** Words in another packed language than that of the moment. @param {string} code @param {string} key */
export function sayIn(code, key) {
  return packed.get(code.toLowerCase().split("-")[0] ?? "")?.[key] ?? fallback[key] ?? key;
}

/** Whether there are words of this key. @param {string} key */
export function has(key) {
  return key in words || key in fallback;
}

/**
 * The words of `key`, with `{name}` filled in: numbers in the language's digits, text isolated from
 * its surroundings. With a number `n`, `key.one`, `key.few`, … `key.other` are chosen between.
 * @param {string} key
 * @param {Record<string, string|number>} [fill]
 * @returns {string}
 */
export function say(key, fill = {}) {
  return template(key, fill).replace(/\{(\w+)\}/g, (whole, name) => {
    const value = fill[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? digits(value, current) : `\u2068${value}\u2069`;
  });
}

/**
 * The same with nodes filled in.
 * @param {string} key
 * @param {Record<string, Node|string|number>} fill
 * @returns {(Node|string)[]}
 */
export function sayWith(key, fill) {
  return template(key, fill).split(/(\{\w+\})/).map((part) => {
    const value = part.startsWith("{") ? fill[part.slice(1, -1)] : undefined;
    if (value === undefined) return part;
    return typeof value === "number" ? digits(value, current) : value;
  });
}

/**
 * @param {string} key
 * @param {Record<string, any>} fill
 */
function template(key, fill) {
  if (typeof fill.n === "number") {
    const chosen = `${key}.${plural.select(fill.n)}`;
    const found = words[chosen] ?? words[`${key}.other`] ?? fallback[`${key}.${fill.n === 1 ? "one" : "other"}`];
    if (found !== undefined) return found;
  }
  return words[key] ?? fallback[key] ?? key;
}
