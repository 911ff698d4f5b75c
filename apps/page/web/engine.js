// @ts-check
// The receiver in WebAssembly, behind its C ABI (apps/page/src/abi.rs).

/** Bytes that the receiver is given at once. */
const PUSH = 1 << 20;

/**
 * @typedef {{ read: (recording: number, at: number, into: Uint8Array) => number, size: (recording: number) => number,
 *   take: (bytes: Uint8Array) => void }} Outside
 */

/** How a step of reading ended, as the engine numbers it. @typedef {"over"|"more"|"gone"} Pulled */
/** @type {Pulled[]} */
const PULLED = ["over", "more", "gone"];

export class Engine {
  /** @param {any} exports */
  constructor(exports) {
    this.exports = exports;
    this.buffer = exports.alloc(PUSH);
  }

  /**
   * @param {WebAssembly.Module} module
   * @param {string[]} trust
   * @param {{ language: string, bytes: Uint8Array }[]} dictionaries
   * @param {Outside} outside
   */
  static async start(module, trust, dictionaries, outside) {
    /** @type {any} */
    let exports = null;
    /** @param {number} at @param {number} length */
    const view = (at, length) => new Uint8Array(exports.memory.buffer, at >>> 0, length);
    const instance = await WebAssembly.instantiate(module, {
      worker: {
        /** @param {number} recording @param {number} at @param {number} into @param {number} length */
        read: (recording, at, into, length) => outside.read(recording, at, view(into, length)),
        /** @param {number} recording */
        size: (recording) => outside.size(recording),
        /** @param {number} at @param {number} length */
        take: (at, length) => outside.take(view(at, length).slice()),
        /** @param {number} at @param {number} length */
        panicked: (at, length) => {
          throw new Error(new TextDecoder().decode(view(at, length)));
        },
      },
    });
    exports = instance.exports;
    const engine = new Engine(exports);
    const keys = new Uint8Array(trust.length * 32);
    trust.forEach((key, i) => keys.set(fromHex(key), i * 32));
    engine.lend(keys, (at, length) => exports.start(at, length));
    for (const { language, bytes } of dictionaries) {
      const named = new Uint8Array(language.length + 1 + bytes.length);
      named.set(new TextEncoder().encode(language));
      named.set(bytes, language.length + 1);
      engine.lend(named, (at, length) => exports.dictionary(at, length));
    }
    return engine;
  }

  /** @param {number} recording */
  begin(recording) {
    this.exports.begin(recording);
  }

  /** @param {Uint8Array} bytes */
  push(bytes) {
    for (let at = 0; at < bytes.length; at += PUSH) {
      const piece = bytes.subarray(at, at + PUSH);
      new Uint8Array(this.exports.memory.buffer, this.buffer >>> 0, PUSH).set(piece);
      this.exports.push(this.buffer, piece.length);
    }
  }

  end() {
    this.exports.end();
  }

  /** Whether the recording goes on by `pull`, and not by `push`: it is sound that is decoded. @returns {boolean} */
  isPulled() {
    return this.exports.is_pulled() !== 0;
  }

  /** Reads and decodes the next seconds of the recording. @returns {Pulled} */
  pull() {
    return PULLED[this.exports.pull()] ?? "over";
  }

  /** How far it has been pulled, in bytes. @returns {number} */
  position() {
    return this.exports.position();
  }

  /** Listens to a microphone of this rate; whether anything can be heard at it. @param {number} rate */
  listen(rate) {
    return this.exports.listen(rate) !== 0;
  }

  /** The next samples of the microphone. @param {Float32Array} samples */
  hear(samples) {
    for (let at = 0; at < samples.length; at += PUSH / 4) {
      const piece = samples.subarray(at, at + PUSH / 4);
      new Float32Array(this.exports.memory.buffer, this.buffer >>> 0, piece.length).set(piece);
      this.exports.samples(this.buffer, piece.length * 4);
    }
  }

  /** What the microphone heard since the last time: rows of 128 levels. @returns {Uint8Array} */
  rows() {
    return this.answer(this.exports.rows());
  }

  /** The microphone is off. */
  hush() {
    this.exports.hush();
  }

  /** Receives once more what was heard. */
  replay() {
    this.exports.replay();
  }

  /** 1 if there is more to do, plus 2 if the recordings are to be read again. @returns {number} */
  work() {
    return this.exports.work();
  }

  /** Asks in JSON; throws what is refused. @param {Record<string, any>} question @returns {any} */
  ask(question) {
    const bytes = new TextEncoder().encode(JSON.stringify(question));
    const answer = this.lend(bytes, (at, length) => this.answer(this.exports.ask(at, length)));
    const { value, error } = JSON.parse(new TextDecoder().decode(answer));
    if (error) throw Object.assign(new Error(error.text), { kind: error.kind });
    return value;
  }

  /** Bytes of WebAssembly memory. @returns {number} */
  memory() {
    return this.exports.memory.buffer.byteLength;
  }

  /** BLAKE3. @param {Uint8Array} bytes @returns {Uint8Array} */
  hash(bytes) {
    return this.lend(bytes, (at, length) => this.answer(this.exports.hash(at, length)));
  }

  /** What the engine gave: its length, then its bytes. @param {number} at */
  answer(at) {
    const { buffer } = this.exports.memory;
    const length = new DataView(buffer).getUint32(at >>> 0, true);
    return new Uint8Array(buffer, (at >>> 0) + 4, length).slice();
  }

  /**
   * @template T
   * @param {Uint8Array} bytes
   * @param {(at: number, length: number) => T} use
   * @returns {T}
   */
  lend(bytes, use) {
    const at = this.exports.alloc(bytes.length);
    try {
      new Uint8Array(this.exports.memory.buffer, at >>> 0, bytes.length).set(bytes);
      return use(at, bytes.length);
    } finally {
      this.exports.release(at, bytes.length);
    }
  }
}

/** @param {string} hex */
function fromHex(hex) {
  return new Uint8Array((hex.match(/../g) ?? []).map((pair) => parseInt(pair, 16)));
}
