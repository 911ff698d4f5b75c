// @ts-check
// What the microphone hears, as it comes: a picture, how loud, how well, and what to do about it.

import { digits } from "./dates.js";
import { button, el, slot } from "./dom.js";
import { length } from "./sizes.js";
import { Waterfall } from "./waterfall.js";
import { language, say } from "./words.js";

/** The quietest level of the meter, in dB below full scale. */
const QUIETEST = -70;
/** Peaks from which on a level is one, is enough, and is too much: full scale is 1. */
const LEVELS = { some: 0.0005, enough: 0.01, most: 0.98 };
/** Seconds over which it is judged how well the signal is heard: about as long as a frame takes. */
const WHILE = 25;

/**
 * How a signal is heard, in a word.
 * @typedef {"none"|"found"|"weak"|"fair"|"good"} Signal
 */

/** @param {App} app */
export function listening(app) {
  const canvas = el("canvas", { role: "img", "aria-label": say("listen.picture") });
  const waterfall = new Waterfall(canvas);
  const title = el("h2", {});
  const bar = el("progress", { max: 1000, value: 0, "aria-label": say("listen.level") });
  const level = el("span", {});
  const signal = el("p", { class: "signal" });
  const numbers = el("p", { class: "small" });
  const advice = el("p", { class: "small" });
  const fillAdvice = slot(advice);
  const judge = new Judge();
  const root = el("section", { class: "listening", "aria-label": say("listen.title") },
    title, canvas,
    el("p", { class: "scale small", "aria-hidden": "true" }, el("span", {}, hertz(0)), el("span", {}, hertz(2)), el("span", {}, hertz(4))),
    el("p", { class: "level" }, el("span", {}, say("listen.level")), bar, level),
    signal, numbers, advice,
    el("p", { class: "actions" }, button(say("listen.stop"), () => app.microphone.stop())),
    el("p", { class: "small" }, say("listen.keep")));
  app.microphone.onrows = (rows) => waterfall.add(rows);
  const update = () => {
    const { sound } = app.state;
    root.hidden = !app.microphone.isOn;
    if (root.hidden || !sound?.live) return;
    title.textContent = `${say("listen.title")} · ${length(sound.seconds)}`;
    const db = 20 * Math.log10(Math.max(sound.peak, 1e-6));
    bar.value = Math.round(1000 * Math.min(1, Math.max(0, 1 - db / QUIETEST)));
    const loud = loudness(sound.peak);
    level.textContent = say(`listen.level.${loud}`);
    level.className = loud === "good" ? "fine" : "warning";
    const heard = judge.signal(sound);
    signal.textContent = say(`listen.signal.${heard}`);
    signal.className = `signal ${heard}`;
    numbers.textContent = [...figures(sound), app.microphone.lost > 0 && say("listen.lost", { time: length(Math.ceil(app.microphone.lost)) })].filter(Boolean).join(" · ");
    fillAdvice([loud], () => (loud === "good" ? [] : [say(loud === "loud" ? "listen.softer" : "listen.louder")]));
  };
  return { root, update };
}

/** How well a signal has been heard lately. */
export class Judge {
  constructor() {
    /** @type {Sound[]} one for each frame of the last while, the oldest first */
    this.past = [];
  }

  /** @param {Sound} sound @returns {Signal} */
  signal(sound) {
    const last = this.past[this.past.length - 1];
    if (last && (sound.frames < last.frames || sound.seconds < last.seconds)) this.past = [];
    if (last?.frames !== sound.frames) this.past.push(sound);
    while (this.past.length > 1 && (this.past[1]?.seconds ?? Infinity) < sound.seconds - WHILE) this.past.shift();
    if (sound.frames === 0) return "none";
    if (sound.good === 0) return "found";
    const first = this.past[0];
    const before = first === sound || !first || first.frames === sound.frames ? { frames: 0, good: 0 } : first;
    const share = (sound.good - before.good) / (sound.frames - before.frames);
    return share > 0.95 ? "good" : share >= 0.5 ? "fair" : "weak";
  }
}

/** What is heard, in numbers. @param {Sound} sound @returns {string[]} */
export function figures(sound) {
  if (sound.mode === null) return [];
  const signed = (/** @type {number} */ value) => digits(value, language(), { maximumFractionDigits: 0, signDisplay: "exceptZero" });
  return [
    sound.mode,
    sound.snr !== null && say("listen.snr", { db: digits(sound.snr, language(), { maximumFractionDigits: 0 }) }),
    sound.offset !== null && say("listen.offset", { hz: signed(sound.offset) }),
    say("listen.frames", { good: sound.good, all: sound.frames }),
  ].filter((text) => text !== false);
}

/** Why there is no microphone, and what to do instead. @param {App} app */
export function refused(app) {
  return el("div", { class: "call bad", role: "alert" },
    el("p", {}, say(`listen.refused.${app.microphone.refusal}`)), el("p", {}, say("listen.instead")));
}

/** @param {number} peak */
function loudness(peak) {
  if (peak < LEVELS.some) return "none";
  if (peak < LEVELS.enough) return "quiet";
  return peak > LEVELS.most ? "loud" : "good";
}

/** @param {number} kilo */
function hertz(kilo) {
  return `${digits(kilo, language())} kHz`;
}
