// @ts-check
// A .zip that holds one file as it is (APPNOTE.TXT 6.3, method 0), because Bluetooth on Android takes no other kind.

/** Reflected polynomial of CRC-32. */
const POLYNOMIAL = 0xedb88320;
/** Four tables, so that four bytes are taken at once. @type {any} indexed by bytes alone */
const TABLES = [0, 1, 2, 3].map(() => new Uint32Array(256));
for (let byte = 0; byte < 256; byte++) {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
  TABLES[0][byte] = value;
}
for (let table = 1; table < 4; table++) {
  for (let byte = 0; byte < 256; byte++) {
    const before = TABLES[table - 1][byte];
    TABLES[table][byte] = (before >>> 8) ^ TABLES[0][before & 0xff];
  }
}

/** A .zip without its 64-bit extension ends here. */
export const ZIP_LIMIT = 0xffffffff;
/** 1 January 1980, 00:00: the format's first moment, which says nothing. */
const DATE = 0x21;

/**
 * CRC-32 of parts in a row.
 * @param {any[]} parts each a Uint8Array
 * @returns {number}
 */
export function crc32(parts) {
  const [t0, t1, t2, t3] = TABLES;
  let crc = 0xffffffff;
  for (const part of parts) {
    let i = 0;
    for (; i + 4 <= part.length; i += 4) {
      crc ^= part[i] | (part[i + 1] << 8) | (part[i + 2] << 16) | (part[i + 3] << 24);
      crc = t3[crc & 0xff] ^ t2[(crc >>> 8) & 0xff] ^ t1[(crc >>> 16) & 0xff] ^ t0[crc >>> 24];
    }
    for (; i < part.length; i++) crc = t0[(crc ^ part[i]) & 0xff] ^ (crc >>> 8);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/**
 * The parts of a .zip with one file in it.
 * @param {string} name in ASCII
 * @param {Bytes[]} parts
 * @returns {Bytes[]}
 */
export function zipOf(name, parts) {
  const title = new TextEncoder().encode(name);
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  const crc = crc32(parts);
  const local = fields([4, 0x04034b50], [2, 20], [2, 0], [2, 0], [2, 0], [2, DATE], [4, crc], [4, size], [4, size], [2, title.length], [2, 0]);
  const central = fields([4, 0x02014b50], [2, 20], [2, 20], [2, 0], [2, 0], [2, 0], [2, DATE], [4, crc], [4, size], [4, size], [2, title.length],
    [2, 0], [2, 0], [2, 0], [2, 0], [4, 0], [4, 0]);
  const end = fields([4, 0x06054b50], [2, 0], [2, 0], [2, 1], [2, 1], [4, central.length + title.length], [4, local.length + title.length + size], [2, 0]);
  return [local, title, ...parts, central, title, end];
}

/** Little-endian fields of two and four bytes. @param {...[number, number]} all */
function fields(...all) {
  const bytes = new Uint8Array(all.reduce((sum, [length]) => sum + length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [length, value] of all) {
    if (length === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += length;
  }
  return bytes;
}
