// @ts-check
// Buffers of sound that never came: a page that is busy for too long is not given them. What is lost
// is replaced by silence of the same length, so that what follows is where it should be.

/** Buffers after which it is clear that one was lost, and not only late. */
const SURE = 8;
/** Of a buffer, what the clock may be wrong by. */
const VAGUE = 0.75;
/** By how much two clocks may differ: crystals of cheap devices, twice over. */
const DRIFT = 2e-4;

export class Slips {
  /** @param {number} rate samples a second */
  constructor(rate) {
    this.rate = rate;
    /** Samples that came, and those that were lost. */
    this.given = 0;
    /** By how many samples the clock was ahead of them, at the least. */
    this.least = Infinity;
    /** @type {number[]} the same of the last buffers */
    this.recent = [];
  }

  /**
   * The next buffer came at this time, in seconds of the sound's own clock. Says how many samples were
   * lost before it.
   * @param {number} time
   * @param {number} length
   */
  note(time, length) {
    this.recent.push(time * this.rate - this.given);
    this.given += length;
    if (this.recent.length > SURE) this.recent.shift();
    const ahead = Math.min(...this.recent);
    this.least = Math.min(this.least + DRIFT * length, ahead);
    if (this.recent.length < SURE || ahead - this.least < VAGUE * length) return 0;
    const lost = Math.round((ahead - this.least) / length) * length;
    this.given += lost;
    this.recent = [];
    return lost;
  }
}
