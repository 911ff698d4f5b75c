// @ts-check
// What sound looks like: frequencies from left to right, time from top to bottom, the newest on top.

/** Levels of a row. */
const COLUMNS = 128;
/** Rows that are shown: ten seconds. */
const ROWS = 80;
/** What is shown, in halves of a decibel: from a little over the noise to the loudest, at least so much and at most. */
const FROM = 6;
const LEAST = 40;
const MOST = 80;
/** How fast the idea of noise and loudness follows them. */
const FOLLOW = 0.1;
/** Between two pictures for who wants little to move, in milliseconds. */
const CALM = 2000;

/** Dark where there is nothing; dusk, then sand. @type {[number, number, number][]} */
const COLOURS = [[18, 22, 27], [28, 62, 74], [72, 122, 118], [214, 196, 150], [250, 244, 226]];

export class Waterfall {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    canvas.width = COLUMNS;
    canvas.height = ROWS;
    this.context = canvas.getContext("2d", { alpha: false });
    this.noise = -1;
    this.loudest = 0;
    this.shown = 0;
    /** @type {Uint8Array[]} rows that are not shown yet */
    this.waiting = [];
    this.calm = matchMedia("(prefers-reduced-motion: reduce)").matches ? CALM : 0;
    if (!this.context) return;
    this.context.fillStyle = colour(0);
    this.context.fillRect(0, 0, COLUMNS, ROWS);
  }

  /** @param {Uint8Array} rows the oldest first */
  add(rows) {
    for (let at = 0; at + COLUMNS <= rows.length; at += COLUMNS) this.waiting.push(rows.subarray(at, at + COLUMNS));
    const now = performance.now();
    if (now - this.shown < this.calm || this.waiting.length === 0) return;
    this.shown = now;
    const { context } = this;
    const newest = this.waiting.splice(0).slice(-ROWS);
    if (!context) return;
    context.drawImage(context.canvas, 0, newest.length);
    const picture = context.createImageData(COLUMNS, newest.length);
    newest.reverse().forEach((row, y) => {
      const sorted = [...row].sort((a, b) => a - b);
      const quiet = sorted[COLUMNS / 4] ?? 0;
      const loud = sorted[COLUMNS - 1] ?? 0;
      const follow = this.noise < 0 ? 1 : FOLLOW;
      this.noise += follow * (quiet - this.noise);
      this.loudest += follow * (loud - this.loudest);
      const range = Math.min(MOST, Math.max(LEAST, this.loudest - this.noise - FROM));
      row.forEach((level, x) => picture.data.set(mixed((level - this.loudest) / range + 1), 4 * (y * COLUMNS + x)));
    });
    context.putImageData(picture, 0, 0);
  }
}

/** The colour of a share of the range. @param {number} share */
function mixed(share) {
  const at = Math.min(1, Math.max(0, share)) * (COLOURS.length - 1);
  const from = COLOURS[Math.floor(at)] ?? [0, 0, 0];
  const to = COLOURS[Math.ceil(at)] ?? from;
  return [...from.map((value, i) => value + (at % 1) * ((to[i] ?? value) - value)), 255];
}

/** @param {number} share */
function colour(share) {
  return `rgb(${mixed(share).slice(0, 3).join(" ")})`;
}
