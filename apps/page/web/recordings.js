// @ts-check
// The recordings that were picked: read once, in order, slice by slice, and here and there again.

/** Bytes by which a recording is known again when its stick comes back. */
const SAMPLE = 1 << 16;

/**
 * @typedef {{ number: number, name: string, blob: Blob, size: number, at: number, sample: string,
 *   begun: boolean, packets: number, ahead: { at: number, bytes: Promise<ArrayBuffer|null> }|null }} Recording
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
     * @type {{ number: number, at: number, bytes: ArrayBuffer|null, coming: Promise<void> }|null}
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
      const begin = await bytesOf(blob.slice(0, SAMPLE));
      const sample = begin ? `${blob.size} ${hash(new Uint8Array(begin)).join()}` : "";
      const known = this.all.find((recording) => recording.sample === sample && sample !== "");
      if (known) {
        known.blob = blob;
        known.ahead = null;
        if (known.at < known.size && !this.queue.includes(known)) this.queue.push(known);
        continue;
      }
      const recording = {
        number: this.all.length, name: names[i] ?? "", blob, size: blob.size, at: 0, sample,
        begun: false, packets: 0, ahead: null,
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
   * The next slice, while the one after it is being read; `null` if it cannot be read.
   * @param {Recording} recording
   * @param {number} size
   * @returns {Promise<Uint8Array|null>}
   */
  async next(recording, size) {
    const { at } = recording;
    const slice = () => bytesOf(recording.blob.slice(at, at + size));
    const bytes = await (recording.ahead?.at === at ? recording.ahead.bytes : slice());
    recording.ahead = null;
    if (bytes === null) return null;
    recording.at += bytes.byteLength;
    this.total += bytes.byteLength;
    // A file that has become shorter ends here.
    if (bytes.byteLength === 0) recording.size = recording.at;
    if (recording.at < recording.size) {
      recording.ahead = { at: recording.at, bytes: bytesOf(recording.blob.slice(recording.at, recording.at + size)) };
    }
    return new Uint8Array(bytes);
  }

  /** The recording has been read. @param {Recording} recording */
  done(recording) {
    recording.begun = false;
    recording.ahead = null;
    this.queue = this.queue.filter((other) => other !== recording);
  }

  /** All of them, from the beginning. */
  readAllAgain() {
    const known = this.all.filter((recording) => recording.at > 0);
    for (const recording of known) {
      recording.at = 0;
      recording.ahead = null;
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
    this.again = null;
    try {
      let bytes = ahead?.number === number && ahead.at === at ? ahead.bytes : null;
      if (!bytes) {
        this.sync ??= new FileReaderSync();
        bytes = this.sync.readAsArrayBuffer(recording.blob.slice(at, at + into.length));
      }
      const part = new Uint8Array(bytes, 0, Math.min(bytes.byteLength, into.length));
      into.set(part);
      this.readAhead(recording, at + part.length, into.length);
      return part.length;
    } catch {
      return -1;
    }
  }

  /** @param {Recording} recording @param {number} at @param {number} length */
  readAhead(recording, at, length) {
    if (at >= recording.blob.size) return;
    const next = { number: recording.number, at, bytes: /** @type {ArrayBuffer|null} */ (null), coming: Promise.resolve() };
    next.coming = bytesOf(recording.blob.slice(at, at + length)).then((bytes) => {
      next.bytes = bytes;
    });
    this.again = next;
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

/** @param {Blob} blob @returns {Promise<ArrayBuffer|null>} */
function bytesOf(blob) {
  return blob.arrayBuffer().catch(() => null);
}
