// Screenshots in 256 colours: a third of the bytes, and hardly to be seen. ISO/IEC 15948 (PNG).

import { deflateSync, inflateSync } from 'node:zlib';

const COLOURS = 256;
/** Colours are told apart to as many bits of each channel. */
const BITS = 5;

/**
 * @param {Buffer} png  of eight bits a channel, red, green, blue and perhaps alpha, as Chromium writes it
 * @returns {Buffer}
 */
export function fewerColours(png) {
  const { width, height, pixels } = decode(png);
  const palette = medianCut(pixels);
  /** @type {Map<number, number>} */
  const nearest = new Map();
  const indexed = Buffer.alloc((width + 1) * height);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) {
      const [r = 0, g = 0, b = 0] = pixels.subarray(at, at + 3);
      const key = (r << 16) | (g << 8) | b;
      let index = nearest.get(key);
      if (index === undefined) nearest.set(key, index = closest(palette, r, g, b));
      indexed[y * (width + 1) + 1 + x] = index;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3], 8); // eight bits, indexed
  return Buffer.concat([png.subarray(0, 8), chunk('IHDR', header), chunk('PLTE', Buffer.from(palette.flat())),
    chunk('IDAT', deflateSync(indexed, { level: 9 })), chunk('IEND', Buffer.alloc(0))]);
}

/** @param {Buffer} png */
function decode(png) {
  let width = 0;
  let height = 0;
  let channels = 4;
  /** @type {Buffer[]} */
  const data = [];
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at);
    const kind = png.toString('latin1', at + 4, at + 8);
    const body = png.subarray(at + 8, at + 8 + length);
    if (kind === 'IHDR') {
      [width, height] = [body.readUInt32BE(0), body.readUInt32BE(4)];
      if (body[8] !== 8 || ![2, 6].includes(body[9] ?? 0)) throw new Error('not eight bits of red, green and blue');
      channels = body[9] === 6 ? 4 : 3;
    } else if (kind === 'IDAT') data.push(body);
    at += length + 12;
  }
  const lines = inflateSync(Buffer.concat(data));
  const stride = width * channels;
  const pixels = Buffer.alloc(width * height * 3);
  let above = Buffer.alloc(stride);
  for (let y = 0; y < height; y++) {
    const filter = lines[y * (stride + 1)];
    const line = lines.subarray(y * (stride + 1) + 1, (y + 1) * (stride + 1));
    for (let i = 0; i < stride; i++) {
      const left = i >= channels ? line[i - channels] ?? 0 : 0;
      const up = above[i] ?? 0;
      const corner = i >= channels ? above[i - channels] ?? 0 : 0;
      const guess = filter === 1 ? left : filter === 2 ? up : filter === 3 ? (left + up) >> 1 : filter === 4 ? paeth(left, up, corner) : 0;
      line[i] = ((line[i] ?? 0) + guess) & 255;
    }
    for (let x = 0; x < width; x++) line.copy(pixels, (y * width + x) * 3, x * channels, x * channels + 3);
    above = line;
  }
  return { width, height, pixels };
}

/** Section 9.4. @param {number} left @param {number} up @param {number} corner */
function paeth(left, up, corner) {
  const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

/**
 * Colours that stand for all of them: boxes of colours, the fullest cut in two along its longest side.
 * @param {Buffer} pixels
 * @returns {[number, number, number][]}
 */
function medianCut(pixels) {
  /** Sums of red, green, blue, and how many, by coarse colour. @type {Map<number, [number, number, number, number]>} */
  const coarse = new Map();
  const shift = 8 - BITS;
  for (let at = 0; at < pixels.length; at += 3) {
    const [r = 0, g = 0, b = 0] = pixels.subarray(at, at + 3);
    const key = ((r >> shift) << (2 * BITS)) | ((g >> shift) << BITS) | (b >> shift);
    const sum = coarse.get(key) ?? [0, 0, 0, 0];
    sum[0] += r;
    sum[1] += g;
    sum[2] += b;
    sum[3] += 1;
    coarse.set(key, sum);
  }
  const mean = (/** @type {number[]} */ sum, /** @type {number} */ channel) => (sum[channel] ?? 0) / (sum[3] ?? 1);
  const boxes = [[...coarse.values()]];
  const spread = (/** @type {number[][]} */ box) => [0, 1, 2].map((channel) => {
    const values = box.map((sum) => mean(sum, channel));
    return Math.max(...values) - Math.min(...values);
  });
  const weight = (/** @type {number[][]} */ box) => Math.max(...spread(box)) * Math.sqrt(box.reduce((all, sum) => all + (sum[3] ?? 0), 0));
  const weights = boxes.map(weight);
  while (boxes.length < COLOURS) {
    const at = weights.indexOf(Math.max(...weights));
    const box = boxes[at];
    if (!box || box.length < 2) break;
    const sides = spread(box);
    const channel = sides.indexOf(Math.max(...sides));
    box.sort((one, other) => mean(one, channel) - mean(other, channel));
    const half = box.reduce((all, sum) => all + sum[3], 0) / 2;
    let cut = 0;
    for (let seen = 0; cut < box.length - 1 && (cut === 0 || seen < half); cut++) seen += box[cut]?.[3] ?? 0;
    boxes[at] = box.slice(0, cut);
    boxes.push(box.slice(cut));
    weights[at] = weight(box.slice(0, cut));
    weights.push(weight(box.slice(cut)));
  }
  return boxes.map((box) => {
    const total = box.reduce((all, sum) => all + sum[3], 0);
    return /** @type {[number, number, number]} */ ([0, 1, 2].map((channel) => Math.round(box.reduce((all, sum) => all + (sum[channel] ?? 0), 0) / total)));
  });
}

/**
 * @param {[number, number, number][]} palette
 * @param {number} r
 * @param {number} g
 * @param {number} b
 */
function closest(palette, r, g, b) {
  let [best, least] = [0, Infinity];
  palette.forEach(([red, green, blue], index) => {
    const distance = (red - r) ** 2 + (green - g) ** 2 + (blue - b) ** 2;
    if (distance < least) [best, least] = [index, distance];
  });
  return best;
}

/** @param {string} kind @param {Buffer} body */
function chunk(kind, body) {
  const named = Buffer.concat([Buffer.from(kind, 'latin1'), body]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(body.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

/** Annex D. @param {Buffer} bytes */
function crc32(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return (sum ^ 0xffffffff) >>> 0;
}
