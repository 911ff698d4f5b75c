// @ts-check
// The worker: reads recordings slice by slice, runs the receiver, answers the page.

import { Engine } from "./engine.js";
import { Recordings } from "./recordings.js";
import { Searcher } from "./searcher.js";

/** Bytes that are read at once: of any recording first, by which it is known what it is, of sound, and of others. */
const FIRST = 64 << 10;
const CHUNK_OF_SOUND = 128 << 10;
const CHUNK = 4 << 20;
/** The page is told at most so often, in milliseconds, unless something of weight happened. */
const OFTEN = 250;
/** Work that is done before messages are looked at, in milliseconds. */
const TURN = 40;
/** Bytes that are read on once a publisher is heard whom nobody has said to trust. */
const LISTEN = 64 << 20;
/** Times that a recording is read again because forged packets were among the others. */
const AGAIN = 2;

class Worker_ {
  constructor() {
    this.recordings = new Recordings();
    /** @type {Engine|null} */
    this.engine = null;
    this.searcher = new Searcher();
    /** @type {State["ended"]} */
    this.ended = null;
    this.paused = false;
    this.running = false;
    this.told = 0;
    this.shown = "";
    /** What was told last. @type {State|null} */
    this.latest = null;
    this.rate = 0;
    this.heardAt = -1;
    this.again = 0;
    /** Recordings of sound that could not be read, or not to their end. @type {State["unreadable"]} */
    this.unreadable = [];
    /** Heads that had been seen when the microphone was switched on. */
    this.before = 0;
    /** @type {Promise<any>} one long task at a time */
    this.tasks = Promise.resolve();
    /** @type {Uint8Array[]} */
    this.taken = [];
  }

  /** @param {any} message */
  async answer(message) {
    switch (message.ask) {
      case "start":
        this.engine = await Engine.start(message.module, message.trust, message.dictionaries, {
          read: (recording, at, into) => this.recordings.readAgain(recording, at, into),
          size: (recording) => this.recordings.all[recording]?.size ?? 0,
          take: (bytes) => this.taken.push(bytes),
        });
        // The answer first: what there is to do can wait for it.
        setTimeout(() => void this.run(), 0);
        return this.state();
      case "open":
        await this.recordings.add(message.files, message.names, (bytes) => this.open().hash(bytes));
        this.paused = false;
        this.ended = null;
        void this.run();
        return null;
      case "stop":
        this.paused = true;
        return null;
      case "go":
        this.paused = false;
        void this.run();
        return null;
      case "trust":
        this.open().ask({ ask: "trust", key: message.key });
        // What is known now was not when they were read: once more, from the beginning.
        this.readAllAgain();
        this.heardAt = -1;
        this.ended = null;
        void this.run();
        return this.state();
      case "listen":
        if (!this.open().listen(message.rate)) throw refusal("rate", `${message.rate} Hz`);
        this.before = this.state().heads;
        this.ended = null;
        this.tell(true);
        return null;
      case "samples":
        return this.hear(message);
      case "hush":
        this.open().hush();
        void this.run();
        this.tell(true);
        return null;
      case "news":
      case "article":
        return this.open().ask(message);
      case "object":
        return this.task(message, async (about) => {
          const bytes = join(this.taken);
          return { bytes: bytes.buffer, type: about.type ?? "application/octet-stream" };
        });
      case "save":
        return this.task(message, async () => {
          const parts = this.taken.map((part) => part.buffer);
          return { parts, bytes: this.taken.reduce((sum, part) => sum + part.length, 0) };
        });
      case "search":
        return this.searcher.find(this.open(), message.edition, this.version(), message.query, message.limit);
      case "hash":
        return hex(this.open().hash(new Uint8Array(message.bytes)));
      default:
        throw refusal("internal", `no such question: ${message.ask}`);
    }
  }

  /** @returns {Engine} */
  open() {
    if (!this.engine) throw refusal("internal", "not started");
    return this.engine;
  }

  /**
   * Samples of the microphone, with silence for those that were lost before them. Gives the picture of
   * them, and whether there is nothing more to listen for.
   * @param {{ samples: ArrayBuffer, lost: number }} message
   */
  hear({ samples, lost }) {
    const engine = this.open();
    if (lost > 0) engine.hear(new Float32Array(lost));
    engine.hear(new Float32Array(samples));
    const { again } = this;
    if (!this.running && (this.work() || this.again !== again)) void this.run();
    this.tell(false);
    const { editions, heads } = this.latest ?? { editions: [], heads: 0 };
    // Runs alone do not say that theirs is not a newer edition.
    const isWhole = newestAreWhole(editions) && heads > this.before;
    if (isWhole) this.ended = "whole";
    return { bytes: engine.rows().buffer, isWhole };
  }

  readAllAgain() {
    this.recordings.readAllAgain();
    this.open().replay();
  }

  version() {
    return this.shown;
  }

  /**
   * A task that takes the receiver many steps, one after the other.
   * @template T
   * @param {any} message
   * @param {(about: any) => Promise<T>} done
   * @returns {Promise<T>}
   */
  task(message, done) {
    const once = async () => {
      this.taken = [];
      const about = this.open().ask(message);
      void this.run();
      while (!this.open().ask({ ask: "ended" })) await turn();
      return about;
    };
    const task = this.tasks.then(async () => {
      // Where forged packets were among the others, they are known the second time.
      const about = await once().catch((error) => (error.kind === "spoilt" ? once() : Promise.reject(error)));
      const value = await done(about);
      this.taken = [];
      return value;
    });
    this.tasks = task.catch(() => {});
    return task;
  }

  /** Works and reads until there is nothing left to do. */
  async run() {
    if (this.running || !this.engine) return;
    this.running = true;
    try {
      for (;;) {
        const busy = this.work();
        this.tell(false);
        await this.recordings.settle();
        if (!busy && !(await this.readOn())) break;
        await turn();
      }
    } finally {
      this.running = false;
      this.tell(true);
    }
  }

  /** Says whether there is more. */
  work() {
    const engine = this.open();
    const until = performance.now() + TURN;
    for (;;) {
      const state = engine.work();
      if (state & 2 && this.again < AGAIN) {
        this.again++;
        this.readAllAgain();
      }
      if (!(state & 1)) return false;
      if (performance.now() > until || this.recordings.isReading) return true;
    }
  }

  /** Reads the next slice; says whether there was anything to read. */
  async readOn() {
    if (this.paused) {
      if (this.recordings.current() && this.ended !== "gone") this.ended = "stopped";
      return false;
    }
    const recording = this.recordings.current();
    if (!recording) return false;
    if (this.waits()) return false;
    const engine = this.open();
    const began = performance.now();
    if (!recording.begun) {
      this.recordings.begin(recording);
      engine.begin(recording.number);
      ({ packets: recording.packets, heads: recording.heads } = this.state());
      this.ended = null;
    }
    const before = this.recordings.total;
    const more = recording.pulled ? this.pull(recording) : await this.push(recording);
    if (more === "gone") {
      this.ended = "gone";
      this.paused = true;
      return false;
    }
    const took = (performance.now() - began) / 1000;
    this.rate = this.rate * 0.8 + 0.2 * ((this.recordings.total - before) / Math.max(took, 0.001));
    const state = this.state();
    recording.sound ||= state.carrier === "radio";
    const isWhole = newestAreWhole(state.editions) && state.heads > recording.heads;
    if (isWhole || more === "over") {
      engine.end();
      this.recordings.done(recording);
      this.note(recording, state.sound);
      this.ended = isWhole ? "whole" : state.packets > recording.packets ? "end" : "nothing";
    }
    if (state.editions.length === 0 && state.heard.length > 0 && this.heardAt < 0) this.heardAt = this.recordings.total;
    return true;
  }

  /**
   * Gives the engine the next slice of a recording.
   * @param {import("./recordings.js").Recording} recording
   * @returns {Promise<import("./engine.js").Pulled>}
   */
  async push(recording) {
    const engine = this.open();
    const bytes = await this.recordings.next(recording, recording.at === 0 ? FIRST : recording.sound ? CHUNK_OF_SOUND : CHUNK);
    if (bytes === null) return "gone";
    if (bytes.length > 0) engine.push(bytes);
    recording.pulled = engine.isPulled();
    return recording.pulled || recording.at < recording.size ? "more" : "over";
  }

  /**
   * Lets the engine read on in a recording, which it decodes.
   * @param {import("./recordings.js").Recording} recording
   * @returns {import("./engine.js").Pulled}
   */
  pull(recording) {
    const engine = this.open();
    const pulled = engine.pull();
    this.recordings.reached(recording, pulled === "over" ? recording.size : engine.position());
    return pulled;
  }

  /** Remembers what could not be read: it is said until all is over. @param {import("./recordings.js").Recording} recording @param {Sound|null} sound */
  note({ name, number }, sound) {
    this.unreadable = this.unreadable.filter((other) => other.number !== number);
    if (sound?.fault) this.unreadable.push({ number, name, ...sound.fault });
  }

  /** Whether only strangers are heard: somebody has to say whom to trust. */
  waits() {
    return this.heardAt >= 0 && this.recordings.total - this.heardAt > LISTEN;
  }

  /** @returns {State} */
  state() {
    const state = this.open().ask({ ask: "state" });
    const recording = this.recordings.current();
    const reading = recording && !this.paused && !this.waits() && {
      name: recording.name, read: recording.at, size: recording.size,
      rate: this.rate, left: this.recordings.left(),
    };
    return { ...state, reading: reading || null, ended: this.ended, unreadable: this.unreadable, memory: this.open().memory() };
  }

  /** @param {boolean} now whether to tell though it is not time yet */
  tell(now) {
    const time = performance.now();
    if (!now && time - this.told < OFTEN) return;
    const state = this.state();
    const shown = state.editions.map((edition) => edition.version).join();
    this.told = time;
    this.shown = shown;
    this.latest = state;
    postMessage({ tell: "state", state });
  }
}

/** Whether there are editions, and of each publisher the newest is whole: the first of them in the list. @param {Edition[]} editions */
function newestAreWhole(editions) {
  const seen = new Set();
  return editions.length > 0 && editions.every((edition) => {
    const isFirst = !seen.has(edition.key);
    seen.add(edition.key);
    return !isFirst || edition.complete;
  });
}

/** Lets messages in. @returns {Promise<void>} */
function turn() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
}

/** @param {Uint8Array[]} parts */
function join(parts) {
  if (parts.length === 1 && parts[0]) return parts[0];
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** @param {Uint8Array} bytes */
function hex(bytes) {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {string} kind @param {string} text */
function refusal(kind, text) {
  return Object.assign(new Error(text), { kind });
}

const worker = new Worker_();
onmessage = (event) => {
  const { id } = event.data;
  worker.answer(event.data).then(
    (value) => postMessage({ id, value }, { transfer: buffersIn(value) }),
    (error) => postMessage({ id, error: { kind: error.kind ?? "internal", text: String(error.message ?? error) } }),
  );
};

/** What goes over without a copy. @param {any} value @returns {ArrayBuffer[]} */
function buffersIn(value) {
  const found = [value?.bytes, ...(value?.parts ?? [])];
  return [...new Set(found.filter((item) => item instanceof ArrayBuffer))];
}
