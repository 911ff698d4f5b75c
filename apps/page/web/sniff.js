// @ts-check
// What bytes really are, by their first ones: only what a browser shows without running anything.

/** @typedef {{ kind: "picture"|"sound"|"film", type: string }} Medium */

/** More pixels than this freeze a small device: 4 bytes each once unpacked. */
const PIXELS = 40_000_000;

/**
 * @param {Uint8Array} bytes
 * @returns {Medium|null}
 */
export function mediumOf(bytes) {
  const ascii = (/** @type {number} */ at, /** @type {string} */ text) => [...text].every((letter, i) => bytes[at + i] === letter.charCodeAt(0));
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return { kind: "picture", type: "image/jpeg" };
  if (bytes[0] === 0x89 && ascii(1, "PNG\r\n\x1a\n")) return { kind: "picture", type: "image/png" };
  if (ascii(0, "GIF87a") || ascii(0, "GIF89a")) return { kind: "picture", type: "image/gif" };
  if (ascii(0, "RIFF") && ascii(8, "WEBP")) return { kind: "picture", type: "image/webp" };
  if (ascii(0, "RIFF") && ascii(8, "WAVE")) return { kind: "sound", type: "audio/wav" };
  if (ascii(4, "ftyp")) {
    if (ascii(8, "avif") || ascii(8, "avis")) return { kind: "picture", type: "image/avif" };
    return ascii(8, "M4A ") || ascii(8, "M4B ") ? { kind: "sound", type: "audio/mp4" } : { kind: "film", type: "video/mp4" };
  }
  if (ascii(0, "OggS")) return { kind: "sound", type: "audio/ogg" };
  if (ascii(0, "fLaC")) return { kind: "sound", type: "audio/flac" };
  if (ascii(0, "ID3")) return { kind: "sound", type: "audio/mpeg" };
  if (bytes[0] === 0x1a && bytes[1] === 0x45 && bytes[2] === 0xdf && bytes[3] === 0xa3) return { kind: "film", type: "video/webm" };
  // Without tags: ADTS has layer bits 0, MPEG audio has layer 3 (01).
  if (bytes[0] === 0xff && ((bytes[1] ?? 0) & 0xf6) === 0xf0) return { kind: "sound", type: "audio/aac" };
  if (bytes[0] === 0xff && ((bytes[1] ?? 0) & 0xe6) === 0xe2) return { kind: "sound", type: "audio/mpeg" };
  return null;
}

/**
 * The type to show a picture as: `null` where it is none, or too many pixels.
 * @param {Uint8Array} bytes
 */
export function pictureType(bytes) {
  const medium = mediumOf(bytes);
  if (medium?.kind !== "picture") return null;
  const extent = extentOf(bytes, medium.type);
  return extent && extent[0] * extent[1] <= PIXELS ? medium.type : null;
}

/**
 * The type to play a sound or film as. A container may hold either, so that a film's may be a sound.
 * @param {Uint8Array} bytes
 * @param {"sound"|"film"} wanted
 */
export function playerType(bytes, wanted) {
  const medium = mediumOf(bytes);
  if (!medium || medium.kind === "picture") return null;
  const own = medium.type;
  if (wanted === "sound") return own.replace("video/", "audio/");
  return medium.kind === "film" || own === "audio/ogg" ? own.replace("audio/ogg", "video/ogg") : null;
}

/**
 * Width and height that a picture declares; `null` where they cannot be found.
 * @param {Uint8Array} bytes
 * @param {string} type
 * @returns {[number, number]|null}
 */
export function extentOf(bytes, type) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    if (type === "image/png") return [view.getUint32(16), view.getUint32(20)];
    if (type === "image/gif") return [view.getUint16(6, true), view.getUint16(8, true)];
    if (type === "image/webp") return webp(view);
    if (type === "image/avif") return avif(bytes, view);
    return jpeg(view);
  } catch {
    return null;
  }
}

/** @param {DataView} view @returns {[number, number]|null} */
function webp(view) {
  const chunk = view.getUint32(12);
  if (chunk === 0x56503858) return [1 + (view.getUint32(24, true) & 0xffffff), 1 + (view.getUint32(26, true) >>> 8)]; // VP8X
  if (chunk === 0x5650384c) {
    const bits = view.getUint32(21, true); // VP8L
    return [1 + (bits & 0x3fff), 1 + ((bits >>> 14) & 0x3fff)];
  }
  return [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff]; // VP8
}

/** From marker to marker until the frame's. @param {DataView} view @returns {[number, number]|null} */
function jpeg(view) {
  for (let at = 2; at + 9 < view.byteLength; ) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) at += 1;
    else if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) return [view.getUint16(at + 7), view.getUint16(at + 5)];
    else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) at += 2;
    else at += 2 + view.getUint16(at + 2);
  }
  return null;
}

/** The largest `ispe` of the header: a grid declares its whole and its tiles. @param {Uint8Array} bytes @param {DataView} view @returns {[number, number]|null} */
function avif(bytes, view) {
  /** @type {[number, number]|null} */
  let largest = null;
  for (let at = 4; at + 16 < Math.min(bytes.length, 65_536); at++) {
    if (bytes[at] !== 0x69 || view.getUint32(at) !== 0x69737065) continue;
    /** @type {[number, number]} */
    const extent = [view.getUint32(at + 8), view.getUint32(at + 12)];
    if (!largest || extent[0] * extent[1] > largest[0] * largest[1]) largest = extent;
  }
  return largest;
}
