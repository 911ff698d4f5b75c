// @ts-check
// The recordings that were picked: read once, in order, slice by slice, and here and there again.

import { Stretch } from "./stretch.js";

/** Bytes by which a recording is known again when its stick comes back. */
const SAMPLE = 1 << 16;

/**
 * @typedef {{ number: number, name: string, blob: Blob, size: number, at: number, sample: string,
 *   begun: boolean, packets: number, heads: number, sound: boolean, pulled: boolean, stretch: Stretch|null }} Recording
 */

export class Recordings {
  constructor() {
    /** @type {Recording[]} */
    this.all = [];
    /** @type {Recording[]} those that wait, the current one first */
    this.queue = [];
    /** Bytes read so far. */
    this.total = 0;
    /** @type {FileReaderSync|null} */
    this.sync = null;
    /**
     * What will be read again next, as long as it goes on in order.
     * @type {{ number: number, stretch: Stretch, bytes: Uint8Array|null, coming: Promise<void> }|null}
     */
    this.again = null;
  }

  /**
   * Puts files in the queue. One that is known is read on from where it was.
   * @param {Blob[]} files
   * @param {string[]} names
   * @param {(bytes: Uint8Array) => Uint8Array} hash
   */
  async add(files, names, hash) {
    for (const [i, blob] of files.entries()) {
      const begin = await blob.slice(0, SAMPLE).arrayBuffer().catch(() => null);
      const sample = begin ? `${blob.size} ${hash(new Uint8Array(begin)).join()}` : "";
      const known = this.all.find((recording) => recording.sample === sample && sample !== "");
      if (known) {
        known.blob = blob;
        leave(known);
        if (known.at < known.size && !this.queue.includes(known)) this.queue.push(known);
        continue;
      }
      const recording = {
        number: this.all.length, name: names[i] ?? "", blob, size: blob.size, at: 0, sample,
        begun: false, packets: 0, heads: 0, sound: false, pulled: false, stretch: null,
      };
      this.all.push(recording);
      this.queue.push(recording);
    }
  }

  /** @returns {Recording|null} */
  current() {
    return this.queue[0] ?? null;
  }

  /** Recordings that wait behind the current one. */
  left() {
    return Math.max(0, this.queue.length - 1);
  }

  /**
   * The next slice, while the one after it is being read; `null` if it cannot be read. It stays as it
   * is until the next call.
   * @param {Recording} recording
   * @param {number} size
   * @returns {Promise<Uint8Array|null>}
   */
  async next(recording, size) {
    recording.stretch ??= new Stretch(recording.blob, recording.at);
    const bytes = await recording.stretch.take(size);
    if (bytes === null) {
      leave(recording);
      return null;
    }
    recording.at += bytes.length;
    this.total += bytes.length;
    // A file that has become shorter ends here.
    if (bytes.length === 0) recording.size = recording.at;
    return bytes;
  }

  /** The recording has been read to this place, by `readAgain`. @param {Recording} recording @param {number} at */
  reached(recording, at) {
    leave(recording);
    this.total += Math.max(0, at - recording.at);
    recording.at = at;
  }

  /** The recording is read from here on, and no other. @param {Recording} recording */
  begin(recording) {
    for (const other of this.all) other.begun = other === recording;
    recording.pulled = false;
    // Sound is not understood from the middle on.
    if (!recording.sound || recording.at === 0) return;
    recording.at = 0;
    leave(recording);
  }

  /** The recording has been read. @param {Recording} recording */
  done(recording) {
    recording.begun = false;
    recording.pulled = false;
    leave(recording);
    this.queue = this.queue.filter((other) => other !== recording);
  }

  /** All of them, from the beginning; what sound has brought, the receiver has kept. */
  readAllAgain() {
    const known = this.all.filter((recording) => recording.at > 0 && !recording.sound);
    for (const recording of known) {
      recording.at = 0;
      leave(recording);
    }
    this.queue = [...known, ...this.queue.filter((recording) => !known.includes(recording))];
  }

  /**
   * Bytes that were read before: how many, -1 if they cannot be read any more. What follows them is
   * read meanwhile; wait for it with `settle`.
   * @param {number} number
   * @param {number} at
   * @param {Uint8Array} into
   */
  readAgain(number, at, into) {
    const recording = this.all[number];
    if (!recording) return -1;
    const ahead = this.again;
    try {
      if (ahead?.number === number && ahead.bytes && ahead.stretch.at - ahead.bytes.length === at) {
        const part = ahead.bytes.subarray(0, into.length);
        into.set(part);
        if (part.length < ahead.bytes.length) this.stopAgain();
        else this.readAhead(number, ahead.stretch, into.length);
        return part.length;
      }
      this.stopAgain();
      this.sync ??= new FileReaderSync();
      const part = new Uint8Array(this.sync.readAsArrayBuffer(recording.blob.slice(at, at + into.length)));
      into.set(part);
      if (at + part.length < recording.blob.size) {
        this.readAhead(number, new Stretch(recording.blob, at + part.length), into.length);
      }
      return part.length;
    } catch {
      this.stopAgain();
      return -1;
    }
  }

  /** @param {number} number @param {Stretch} stretch @param {number} length */
  readAhead(number, stretch, length) {
    const next = { number, stretch, bytes: /** @type {Uint8Array|null} */ (null), coming: Promise.resolve() };
    next.coming = stretch.take(length).then((bytes) => {
      next.bytes = bytes;
      // It is read again when it is asked for, which then says why not.
      if (bytes === null && this.again === next) this.stopAgain();
    });
    this.again = next;
  }

  stopAgain() {
    this.again?.stretch.end();
    this.again = null;
  }

  /** Whether something is being read again. */
  get isReading() {
    return this.again !== null && this.again.bytes === null;
  }

  /** Until that is here. */
  async settle() {
    await this.again?.coming;
  }
}

/** What comes next is not read any more. @param {Recording} recording */
function leave(recording) {
  recording.stretch?.end();
  recording.stretch = null;
}
