// @ts-check
// Starts the page, keeps what it knows in variables, and shows one screen at a time.

import { article } from "./article.js";
import { shoppingList } from "./blank.js";
import { Core } from "./core.js";
import { dataBytes, dataDictionaries, dataEdition, dataText, dataTrust, dataWords } from "./data.js";
import { direction } from "./direction.js";
import { el } from "./dom.js";
import { front } from "./front.js";
import { guide } from "./guide.js";
import { handon } from "./handon.js";
import { leave } from "./leave.js";
import { Media } from "./media.js";
import { menu } from "./menu.js";
import { Microphone } from "./microphone.js";
import { places } from "./places.js";
import { whom } from "./publisher.js";
import { receive } from "./receive.js";
import { endSaves } from "./saves.js";
import { settings } from "./settings.js";
import { shell } from "./shell.js";
import { percent } from "./sizes.js";
import { bestLanguage, language, loadWords, say, useLanguage } from "./words.js";

/** @type {Record<string, (app: App, argument?: any) => View>} */
const SCREENS = { front, article, receive, whom, handon, places, guide, leave, settings, menu };
/** @type {State} */
const NOTHING = { reading: null, ended: null, carrier: null, packets: 0, heads: 0, useful: 0, heard: [], editions: [], warnings: [], sound: null, unreadable: [], memory: 0 };
/** Two presses of Escape within as many milliseconds hide everything. */
const TWICE = 700;
/** A screen reader is told of progress no more often, in milliseconds. */
const QUIET = 10_000;
/** Screens to go back to. */
const TRAIL = 12;

/** @implements {App} */
class Page {
  /** @param {string} source */
  constructor(source) {
    this.source = source;
    this.core = new Core();
    this.media = new Media(this.core);
    this.microphone = new Microphone(this.core);
    this.microphone.onchange = () => this.refresh();
    this.dictionaries = dataDictionaries();
    this.state = NOTHING;
    /** What the worker told last, the closed publishers' part included. */
    this.latest = NOTHING;
    /** Keys of publishers that were closed again: of theirs nothing is shown. @type {Set<string>} */
    this.closed = new Set();
    /** @type {App["settings"]} */
    this.settings = { size: 1, theme: "auto" };
    this.chosen = "";
    /** @type {{ name: string, argument: any, screen: View, scroll: number }[]} the last is the one that is shown */
    this.trail = [];
    this.kept = { key: "", news: /** @type {Promise<News>|null} */ (null) };
    this.shared = { edition: "", objects: /** @type {News["objects"]} */ ({}) };
    this.shell = shell(this);
    this.told = 0;
    this.openedByItself = false;
    this.listeners = new AbortController();
    this.core.onState((state) => this.hear(state));
    this.core.onBroken(() => this.broken());
  }

  /** What is shown. */
  top() {
    return this.trail[this.trail.length - 1];
  }

  /** @param {string} name @param {any} [argument] */
  show(name, argument) {
    const before = argument === undefined ? this.trail.findIndex((entry) => entry.name === name) : -1;
    const now = this.top();
    if (now) now.scroll = scrollY;
    if (before >= 0 && (name === "front" || before === this.trail.length - 1)) {
      for (const left of this.trail.splice(before + 1)) left.screen.close?.();
      return this.reveal();
    }
    const make = SCREENS[name];
    if (!make) return;
    this.trail.push({ name, argument, screen: make(this, argument), scroll: 0 });
    if (this.trail.length > TRAIL) this.trail.shift()?.screen.close?.();
    this.reveal();
  }

  back() {
    if (this.trail.length < 2) return;
    this.trail.pop()?.screen.close?.();
    this.reveal();
  }

  /** Puts the last screen of the trail on the page. */
  reveal() {
    const entry = this.top();
    if (!entry) return;
    this.media.stop();
    this.shell.main.replaceChildren(entry.screen.root);
    this.shell.at(entry.name, this.trail.length > 1);
    this.shell.reading(this.state.reading, entry.name);
    this.shell.listening(this.microphone.isOn);
    entry.screen.update?.();
    scrollTo({ top: entry.scroll, behavior: "instant" });
    /** @type {HTMLElement|null} */ (entry.screen.root.querySelector("h1"))?.focus({ preventScroll: true });
  }

  /** @param {State} told */
  hear(told) {
    this.latest = told;
    const state = (this.state = this.withoutClosed(told));
    const screen = this.top();
    this.shell.reading(state.reading, screen?.name ?? "");
    screen?.screen.update?.();
    if (screen?.name === "receive" && !this.openedByItself && state.editions.some((edition) => edition.tiers[0]?.here)) {
      this.openedByItself = true;
      this.show("front");
    }
    if (state.reading && Date.now() - this.told > QUIET) {
      this.told = Date.now();
      this.announce(say("receive.announce", { text: say("nav.receive"), percent: percent(state.reading.read / Math.max(1, state.reading.size)) }));
    } else if (state.ended && !state.reading && this.told > 0) {
      this.told = 0;
      this.announce(say(`receive.ended.${state.ended}`));
    }
  }

  /** Shows what has changed without a word from the worker. */
  refresh() {
    this.shell.listening(this.microphone.isOn);
    this.top()?.screen.update?.();
  }

  /** A closed publisher is one that was heard, and no more. @param {State} state @returns {State} */
  withoutClosed(state) {
    if (this.closed.size === 0) return state;
    const closed = state.editions.filter((edition) => this.closed.has(edition.key));
    const newest = closed.filter((edition, i) => closed.findIndex((other) => other.key === edition.key) === i);
    return { ...state, editions: state.editions.filter((edition) => !this.closed.has(edition.key)), heard: [...state.heard, ...newest] };
  }

  /** @param {string} key */
  async trust(key) {
    if (this.closed.delete(key)) this.hear(this.latest);
    else await this.core.ask("trust", { key });
  }

  /** Shows nothing more of a publisher, and forgets the screens that do. @param {string} key */
  distrust(key) {
    this.closed.add(key);
    this.chosen = "";
    this.kept = { key: "", news: null };
    this.shared = { edition: "", objects: {} };
    for (const { screen } of this.trail.splice(0)) screen.close?.();
    this.hear(this.latest);
    this.show("whom");
  }

  /** @param {Edition} edition @returns {Promise<News>} */
  news(edition) {
    const key = `${edition.id} ${edition.version}`;
    if (this.kept.key !== key || !this.kept.news) {
      const news = this.core.ask("news", { edition: edition.id }).then((news) => this.share(news));
      this.kept = { key, news };
      news.catch(() => (this.kept = { key: "", news: null }));
    }
    return /** @type {Promise<News>} */ (this.kept.news);
  }

  /** What waits for an object looks into the news it was made from: all of one edition share their objects. @param {News} news */
  share(news) {
    if (this.shared.edition === news.edition) news.objects = Object.assign(this.shared.objects, news.objects);
    this.shared = { edition: news.edition, objects: news.objects };
    return news;
  }

  /** @returns {Edition|null} */
  edition() {
    const { editions } = this.state;
    return editions.find((edition) => edition.id === this.chosen) ?? editions.find((edition) => edition.tiers[0]?.here) ?? editions[0] ?? null;
  }

  /** @param {string} id */
  choose(id) {
    this.chosen = id;
    this.top()?.screen.update?.();
  }

  /** @param {File[]} files */
  open(files) {
    if (files.length === 0) return;
    void this.core.ask("open", { files, names: files.map((file) => file.name) }).catch(() => this.broken());
    if (this.top()?.name !== "receive") this.show("receive");
  }

  async tuneIn() {
    await this.microphone.start();
    if (this.microphone.isOn) this.announce(say("listen.title"));
  }

  /** @param {string} text */
  announce(text) {
    this.shell.announce(text);
  }

  /** @param {string} code */
  setLanguage(code) {
    useLanguage(code);
    document.documentElement.lang = code;
    document.documentElement.dir = direction(code);
    const name = this.top()?.name ?? "receive";
    for (const { screen } of this.trail.splice(0)) screen.close?.();
    const { root } = this.shell;
    this.shell = shell(this);
    root.replaceWith(this.shell.root);
    this.show(name === "article" ? "front" : name);
  }

  applySettings() {
    document.documentElement.style.fontSize = `${this.settings.size * 100}%`;
    document.documentElement.dataset.theme = this.settings.theme;
  }

  /** Drops everything, and leaves something innocent. */
  blank() {
    this.listeners.abort();
    this.microphone.end();
    this.core.end();
    for (const { screen } of this.trail.splice(0)) screen.close?.();
    this.media.end();
    endSaves();
    if ("speechSynthesis" in globalThis) speechSynthesis.cancel();
    this.state = this.latest = NOTHING;
    this.closed.clear();
    this.kept = { key: "", news: null };
    this.shared = { edition: "", objects: {} };
    this.source = this.chosen = "";
    document.documentElement.style.fontSize = "";
    document.body.replaceChildren(shoppingList());
    scrollTo(0, 0);
  }

  broken() {
    this.shell.main.prepend(el("div", { class: "call bad", role: "alert" }, el("h2", {}, say("broken.title")), el("p", {}, say("broken.text"))));
  }

  listen() {
    const { signal } = this.listeners;
    let escaped = -TWICE;
    addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      if (event.timeStamp - escaped < TWICE) this.blank();
      escaped = event.timeStamp;
    }, { signal, capture: true });
    addEventListener("dragover", (event) => event.preventDefault(), { signal });
    addEventListener("drop", (event) => {
      event.preventDefault();
      this.open([...(event.dataTransfer?.files ?? [])]);
    }, { signal });
    // While a recording is being read, or listened for, leaving by mistake costs what has come.
    addEventListener("beforeunload", (event) => (this.state.reading || this.microphone.isOn) && event.preventDefault(), { signal });
    addEventListener("pagehide", (event) => event.persisted && this.blank(), { signal });
  }

  /** Unpacks the receiver and starts it; what the file carries is read first. */
  async start() {
    const dictionary = async (/** @type {string} */ name) => ({ language: name, bytes: await dataBytes(`dict-${name}`) });
    const [module, worker, ...dictionaries] = await Promise.all([
      dataBytes("wasm").then((bytes) => WebAssembly.compile(bytes)), dataText("worker"), ...this.dictionaries.map(dictionary),
    ]);
    const edition = dataEdition();
    if (this.listeners.signal.aborted) return;
    const state = await this.core.start(worker, { module, dictionaries, trust: dataTrust() });
    // What it has told since then is newer.
    if (this.latest === NOTHING) this.hear(state);
    if (edition) void this.core.ask("open", { files: [new Blob([edition])], names: ["notes.sky"] });
  }
}

/** The page, from its own text. @param {string} source */
function begin(source) {
  document.getElementById("old")?.remove();
  loadWords(dataWords());
  useLanguage(bestLanguage(navigator.languages));
  const page = new Page(source);
  // What is packed stays out of the view, but in the document until it has been unpacked.
  const packed = [...document.body.querySelectorAll("script, noscript")];
  document.body.prepend(page.shell.root);
  document.documentElement.lang = language();
  document.documentElement.dir = direction(language());
  page.applySettings();
  page.listen();
  page.show("receive");
  // The first picture comes before the unpacking.
  setTimeout(() => void page.start().catch(() => page.broken()).finally(() => packed.forEach((element) => element.remove())), 30);
}

begin("<!doctype html>\n" + document.documentElement.outerHTML);
