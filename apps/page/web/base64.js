// @ts-check
// Base64 of things too large for one string.

/** Bytes a piece: a multiple of three, so that pieces can stand in a row. */
const PIECE = 3 * 16_384;

/** @param {string} text @returns {Bytes} */
export function fromBase64(text) {
  const tidy = text.replace(/[\s=]+/g, "");
  const bytes = new Uint8Array(Math.floor((tidy.length * 3) / 4));
  let at = 0;
  for (let from = 0; from < tidy.length; from += 65_536) {
    const piece = atob(tidy.slice(from, from + 65_536));
    for (let i = 0; i < piece.length; i++) bytes[at++] = piece.charCodeAt(i);
  }
  return bytes;
}

/**
 * The parts, one after another, as pieces of Base64.
 * @param {Uint8Array[]} parts
 * @returns {string[]}
 */
export function toBase64(parts) {
  /** @type {string[]} */
  const pieces = [];
  const held = new Uint8Array(PIECE);
  let full = 0;
  const encode = () => {
    let text = "";
    for (let i = 0; i < full; i += 4096) text += String.fromCharCode(...held.subarray(i, Math.min(full, i + 4096)));
    pieces.push(btoa(text));
    full = 0;
  };
  for (const part of parts) {
    for (let at = 0; at < part.length; ) {
      const taken = Math.min(PIECE - full, part.length - at);
      held.set(part.subarray(at, at + taken), full);
      full += taken;
      at += taken;
      if (full === PIECE) encode();
    }
  }
  if (full > 0) encode();
  return pieces;
}
