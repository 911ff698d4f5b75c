// @ts-check
// What the packer has written as text of 91 characters (apps/page/src/pack/base91.rs).

const BASE = 91;
/** Bits that are two characters, and those that are one at the end. */
const BITS = 13;
const FEW = 6;

/** The digit that each character is. */
const DIGITS = new Uint8Array(128);
[...Array(94).keys()].map((n) => n + 0x21).filter((code) => !"&<>".includes(String.fromCharCode(code)))
  .forEach((code, digit) => (DIGITS[code] = digit));

/** @param {string} text @returns {Bytes} */
export function fromBase91(text) {
  const digit = (/** @type {number} */ at) => DIGITS[text.charCodeAt(at)] ?? 0;
  const bytes = new Uint8Array(Math.floor(((text.length >> 1) * BITS + (text.length & 1) * FEW) / 8));
  let held = 0;
  let bits = 0;
  let at = 0;
  for (let from = 0; from < text.length; from += 2) {
    const pair = digit(from) + (from + 1 < text.length ? BASE * digit(from + 1) : 0);
    held |= pair << bits;
    for (bits += BITS; bits >= 8 && at < bytes.length; bits -= 8) {
      bytes[at++] = held;
      held >>>= 8;
    }
  }
  return bytes;
}
