// @ts-check
// What the packer has put into the file beside the script: the receiver, the worker, words, keys.

import { fromBase64 } from "./base64.js";
import { fromBase91 } from "./base91.js";
import { inflate } from "./inflate.js";

/** @param {string} id */
function textOf(id) {
  return document.getElementById(id)?.textContent ?? "";
}

/** Whether bytes are compressed: RFC 1952 section 2.3.1. @param {Bytes} bytes */
function isPacked(bytes) {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** What is compressed, beside the page's own thread where the browser can. @param {Bytes} bytes @returns {Promise<Bytes>} */
async function unpack(bytes) {
  if (!isPacked(bytes)) return bytes;
  if (!("DecompressionStream" in globalThis)) return /** @type {Bytes} */ (inflate(bytes));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** The bytes of a data element, compressed or not. The element is read at once. @param {string} id @returns {Promise<Bytes>} */
export function dataBytes(id) {
  return unpack(fromBase91(textOf(id)));
}

/** The text of a data element. @param {string} id */
export async function dataText(id) {
  return new TextDecoder().decode(await dataBytes(id));
}

/** The packed languages, at once: no screen can be shown without them. @returns {Record<string, Words>} */
export function dataWords() {
  const text = textOf("strings").trim();
  if (text.startsWith("{")) return JSON.parse(text);
  const bytes = fromBase91(text);
  return JSON.parse(new TextDecoder().decode(isPacked(bytes) ? inflate(bytes) : bytes));
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
  const text = textOf("edition").trim();
  return text === "" ? null : fromBase64(text);
}
