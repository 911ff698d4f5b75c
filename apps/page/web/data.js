// @ts-check
// What the packer has put into the file beside the script: the receiver, the worker, words, keys.

import { fromBase64 } from "./base64.js";
import { inflate } from "./inflate.js";

/** @param {string} id */
function textOf(id) {
  return document.getElementById(id)?.textContent ?? "";
}

/** The bytes of a data element: Base64, compressed or not. @param {string} id @returns {Bytes} */
export function dataBytes(id) {
  const bytes = fromBase64(textOf(id));
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? /** @type {Bytes} */ (inflate(bytes)) : bytes;
}

/** The text of a data element: as it is, or Base64. @param {string} id */
export function dataText(id) {
  return new TextDecoder().decode(dataBytes(id));
}

/** The packed languages. @returns {Record<string, Words>} */
export function dataWords() {
  const text = textOf("strings").trim();
  return JSON.parse(text.startsWith("{") ? text : dataText("strings"));
}

/** Keys that are trusted from the start. @returns {string[]} */
export function dataTrust() {
  return textOf("trust").split(/\s+/).filter((key) => /^[0-9a-f]{64}$/i.test(key));
}

/** Languages that have a dictionary, in the file's order. @returns {string[]} */
export function dataDictionaries() {
  return [...document.querySelectorAll('script[id^="dict-"]')].map((element) => element.id.slice(5));
}

/** The edition that this file carries, where it carries one. @returns {Bytes|null} */
export function dataEdition() {
  return textOf("edition").trim() === "" ? null : dataBytes("edition");
}
