// @ts-check
// Gzip (RFC 1952) and Deflate (RFC 1951), for browsers without DecompressionStream. It reads only
// what the packer has written, so that a damaged file is told and not repaired.

/** Base values and extra bits of lengths and distances: RFC 1951 section 3.2.5. */
const LENGTHS = table(29, [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0], 3);
const DISTANCES = table(30, [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13], 1);
LENGTHS.base[28] = 258;
/** The order of code lengths: section 3.2.7. */
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const LONGEST = 15;

/** @param {number} count @param {number[]} extra @param {number} first */
function table(count, extra, first) {
  const base = new Uint16Array(count);
  for (let i = 0, next = first; i < count; i++) {
    base[i] = next;
    next += 1 << extra[i];
  }
  return { base, extra };
}

/**
 * Codes as one table: as many of the next bits as the longest code has give symbol and length.
 * @param {Uint8Array} lengths @returns {Uint16Array} symbol · 16 + length, 0 for no code
 */
function codes(lengths) {
  const counts = new Uint16Array(LONGEST + 1);
  for (const length of lengths) counts[length]++;
  counts[0] = 0;
  const next = new Uint16Array(LONGEST + 2);
  for (let length = 1; length <= LONGEST; length++) next[length + 1] = (next[length] + counts[length]) << 1;
  const all = new Uint16Array(1 << lengths.reduce((longest, length) => Math.max(longest, length), 1));
  lengths.forEach((length, symbol) => {
    if (length === 0) return;
    let code = next[length]++;
    let reversed = 0;
    for (let i = 0; i < length; i++, code >>= 1) reversed = (reversed << 1) | (code & 1);
    for (let at = reversed; at < all.length; at += 1 << length) all[at] = symbol * 16 + length;
  });
  return all;
}

/** @type {{ literals: Uint16Array, distances: Uint16Array }|null} */
let fixed = null;

function fixedCodes() {
  if (!fixed) {
    const lengths = new Uint8Array(288).fill(8, 0, 144).fill(9, 144, 256).fill(7, 256, 280).fill(8, 280);
    fixed = { literals: codes(lengths), distances: codes(new Uint8Array(30).fill(5)) };
  }
  return fixed;
}

/** What a gzip file holds. @param {Uint8Array} bytes @returns {Uint8Array} */
export function inflate(bytes) {
  const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(bytes.length - 4, true);
  const out = new Uint8Array(size);
  // The packer writes no optional fields: the header has ten bytes.
  let at = 10;
  let to = 0;
  let held = 0;
  let count = 0;

  /** @param {number} wanted */
  const bits = (wanted) => {
    while (count < wanted) {
      held |= bytes[at++] << count;
      count += 8;
    }
    const value = held & ((1 << wanted) - 1);
    held >>>= wanted;
    count -= wanted;
    return value;
  };

  /** @param {Uint16Array} table */
  const symbol = (table) => {
    while (count < LONGEST && at < bytes.length) {
      held |= bytes[at++] << count;
      count += 8;
    }
    const entry = table[held & (table.length - 1)];
    const length = entry & 15;
    if (length === 0 || length > count) throw new Error("this file is damaged");
    held >>>= length;
    count -= length;
    return entry >> 4;
  };

  const dynamic = () => {
    const literals = bits(5) + 257;
    const distances = bits(5) + 1;
    const order = new Uint8Array(19);
    for (let i = 0, n = bits(4) + 4; i < n; i++) order[ORDER[i]] = bits(3);
    const meta = codes(order);
    const lengths = new Uint8Array(literals + distances);
    for (let i = 0; i < lengths.length; ) {
      const what = symbol(meta);
      if (what < 16) lengths[i++] = what;
      else if (what === 16) {
        const last = lengths[i - 1];
        for (let n = bits(2) + 3; n > 0; n--) lengths[i++] = last;
      } else i += what === 17 ? bits(3) + 3 : bits(7) + 11;
    }
    return { literals: codes(lengths.subarray(0, literals)), distances: codes(lengths.subarray(literals)) };
  };

  for (let last = 0; !last; ) {
    if (at > bytes.length) throw new Error("this file is damaged");
    last = bits(1);
    const kind = bits(2);
    if (kind === 0) {
      at -= count >> 3;
      held = count = 0;
      const length = bytes[at] | (bytes[at + 1] << 8);
      out.set(bytes.subarray(at + 4, at + 4 + length), to);
      at += 4 + length;
      to += length;
      continue;
    }
    const { literals, distances } = kind === 1 ? fixedCodes() : dynamic();
    for (;;) {
      const what = symbol(literals);
      if (what < 256) out[to++] = what;
      else if (what === 256) break;
      else {
        const length = LENGTHS.base[what - 257] + bits(LENGTHS.extra[what - 257]);
        const which = symbol(distances);
        const from = to - DISTANCES.base[which] - bits(DISTANCES.extra[which]);
        for (let i = 0; i < length; i++) out[to + i] = out[from + i];
        to += length;
      }
      if (to > size) throw new Error("this file is damaged");
    }
  }
  if (to !== size) throw new Error("this file is damaged");
  return out;
}
