// @ts-check
// The microphone: its sound goes to the worker as it comes, and nowhere else.
//
// ScriptProcessor is old, and called deprecated. AudioWorklet needs a script from an address, and
// Chromium takes none from `blob:` in a page from `file://`; the policy is not loosened for it.

import { Slips } from "./slips.js";

/** Samples of a buffer. */
const BUFFER = 4096;
/** Buffers on their way to a worker that is busy, at most: 20 s, 4 MB. */
const AHEAD = 256;
/** Silence that stands for what was lost, at most, in seconds: after more, all begins anew anyway. */
const LONGEST = 30;

/** What makes a telephone of a microphone is off: it takes the signal for noise. */
const PLAIN = { echoCancellation: false, noiseSuppression: false, autoGainControl: false, channelCount: 1 };

/** Why there is no microphone, by the names of the errors (Media Capture and Streams, 10.2). @type {Record<string, string>} */
const REASONS = {
  NotAllowedError: "denied", SecurityError: "denied", NotFoundError: "none", OverconstrainedError: "none",
  NotReadableError: "busy", AbortError: "busy",
};

export class Microphone {
  /** @param {import("./core.js").Core} core */
  constructor(core) {
    this.core = core;
    /** @type {MediaStream|null} */
    this.stream = null;
    /** @type {AudioContext|null} */
    this.context = null;
    /** @type {WakeLockSentinel|null} */
    this.lock = null;
    /** Counts what was begun: what belongs to one before is over. */
    this.turn = 0;
    this.asking = false;
    /** Seconds of sound that were lost. */
    this.lost = 0;
    /** Why it is off though somebody wants it on: `insecure`, `browser`, `denied`, `none`, `busy`, `gone`. */
    this.refusal = "";
    /** Takes rows of 128 levels. @type {(rows: Uint8Array) => void} */
    this.onrows = () => {};
    /** Something of the above has changed. */
    this.onchange = () => {};
    document.addEventListener("visibilitychange", () => void this.stayAwake());
  }

  get isOn() {
    return this.context !== null;
  }

  async start() {
    if (this.isOn || this.asking) return;
    const turn = ++this.turn;
    this.refusal = "";
    this.lost = 0;
    this.asking = true;
    try {
      if (!isSecureContext) throw new Error("insecure");
      if (!navigator.mediaDevices?.getUserMedia || !("AudioContext" in globalThis)) throw new Error("browser");
      const stream = await navigator.mediaDevices.getUserMedia({ audio: PLAIN }).catch((error) => {
        throw new Error(REASONS[error?.name] ?? "none");
      });
      if (turn !== this.turn) return silence(stream);
      await this.begin(stream, turn);
    } catch (error) {
      if (turn !== this.turn) return;
      this.end();
      this.refusal = error instanceof Error && /^\w+$/.test(error.message) ? error.message : "browser";
    } finally {
      this.asking = false;
      this.onchange();
    }
  }

  /** @param {MediaStream} stream @param {number} turn */
  async begin(stream, turn) {
    this.stream = stream;
    const context = (this.context = new AudioContext({ latencyHint: "playback" }));
    await this.core.ask("listen", { rate: context.sampleRate });
    if (turn !== this.turn) return;
    for (const track of stream.getTracks()) track.onended = () => this.stop("gone");
    const slips = new Slips(context.sampleRate);
    const processor = context.createScriptProcessor(BUFFER, 1, 1);
    let waiting = 0;
    let lost = 0;
    processor.onaudioprocess = ({ inputBuffer, playbackTime }) => {
      if (turn !== this.turn) return;
      const samples = inputBuffer.getChannelData(0).slice();
      const now = slips.note(playbackTime, samples.length);
      lost += now;
      this.lost += now / context.sampleRate;
      if (waiting >= AHEAD) {
        lost += samples.length;
        this.lost += samples.length / context.sampleRate;
        return;
      }
      waiting++;
      const before = Math.min(lost, LONGEST * context.sampleRate);
      lost = 0;
      void this.core.ask("samples", { samples: samples.buffer, lost: before }, [samples.buffer]).then(({ bytes, isWhole }) => {
        waiting--;
        if (turn !== this.turn) return;
        this.onrows(new Uint8Array(bytes));
        if (isWhole) this.stop();
      }).catch(() => turn === this.turn && this.stop("browser"));
    };
    context.createMediaStreamSource(stream).connect(processor);
    // What is connected to nothing is not asked. It gives silence.
    processor.connect(context.destination);
    void context.resume();
    void this.stayAwake();
  }

  /** @param {string} [refusal] why, if it was not wanted */
  stop(refusal = "") {
    const wasOn = this.isOn;
    this.end();
    this.refusal = refusal;
    if (wasOn) void this.core.ask("hush").catch(() => {});
    this.onchange();
  }

  end() {
    this.turn++;
    this.asking = false;
    if (this.stream) silence(this.stream);
    void this.context?.close().catch(() => {});
    void this.lock?.release().catch(() => {});
    this.stream = this.context = this.lock = null;
  }

  /** While it listens the screen stays on, where browsers allow that without a question. */
  async stayAwake() {
    const { turn } = this;
    if (!this.isOn || document.visibilityState !== "visible" || !("wakeLock" in navigator)) return;
    const lock = await navigator.wakeLock.request("screen").catch(() => null);
    if (turn === this.turn) this.lock = lock;
    else void lock?.release().catch(() => {});
  }
}

/** @param {MediaStream} stream */
function silence(stream) {
  for (const track of stream.getTracks()) {
    track.onended = null;
    track.stop();
  }
}
