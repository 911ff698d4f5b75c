// @ts-check
// Hand on: an edition as .sky, .zip or one .html, what has come so far, and copies of this page.

import { bare, oneFile, textsMarkup } from "./onefile.js";
import { isoDate } from "./dates.js";
import { bdi, direction, ltr, tag } from "./direction.js";
import { button, el } from "./dom.js";
import { paragraphs } from "./plaintext.js";
import { saveFile } from "./saves.js";
import { size } from "./sizes.js";
import { say, sayIn } from "./words.js";
import { ZIP_LIMIT, zipOf } from "./zip.js";

/** Pages larger than this are too much for many phones. */
const LARGE_PAGE = 64 * 1024 * 1024;
/** Articles that are also there as plain text, for where no script runs. */
const PLAIN = 2000;
/** The same in characters. */
const PLAIN_TEXTS = 4_000_000;

/** @param {App} app @returns {View} */
export function handon(app) {
  const status = el("p", { class: "status", role: "status" });
  const edition = app.edition();
  /** Runs one piece of work at a time, and says how it ended. @param {() => Promise<string|null>} work */
  const busy = async (work) => {
    if (root.getAttribute("aria-busy") === "true") return;
    root.setAttribute("aria-busy", "true");
    status.textContent = say("handon.working");
    try {
      const name = await work();
      status.textContent = name ? say("handon.saved", { name }) : "";
    } catch (error) {
      status.textContent = say("handon.failed", { why: /** @type {Error} */ (error).message });
    }
    root.removeAttribute("aria-busy");
  };
  const offer = (/** @type {string} */ key, /** @type {() => Promise<string|null>} */ work, kind = "") => el("li", {},
    button([el("strong", {}, say(`handon.${key}`)), el("span", { class: "small" }, say(`handon.${key}.hint`))], () => void busy(work), { class: kind }));
  const pages = el("ul", { class: "entries" });
  const root = el("div", { class: "screen handon" },
    el("h1", { tabindex: -1 }, say("handon.title")),
    el("p", { class: "lead" }, say("handon.intro")),
    status,
    edition && el("section", {},
      el("h2", {}, bdi(edition.name), " · ", say("front.edition", { number: edition.number })),
      !edition.complete && el("p", { class: "call" }, say("handon.incomplete")),
      el("ul", { class: "entries" },
        offer("html", () => saveHtml(app, edition, status)), offer("zip", () => saveZip(app, edition)), offer("sky", () => saveSky(app, edition)))),
    app.state.useful > 0 || edition
      ? el("ul", { class: "entries" }, offer("everything", async () => {
        const parts = await save(app, "everything");
        return saved(`notes-${isoDate(Date.now() / 1000)}-all.sky`, parts);
      }))
      : el("p", {}, say("handon.none")),
    pages,
    el("section", {}, el("h2", {}, say("handon.check")), el("p", {}, say("handon.check.hint")), checker(app)));
  if (edition) void app.news(edition).then((news) => pages.replaceChildren(...newerPages(app, news, busy))).catch(() => {});
  return { root };
}

/** @param {App} app @param {string} what @returns {Promise<Bytes[]>} */
async function save(app, what) {
  const { parts } = await app.core.ask("save", { what });
  return parts.map((/** @type {ArrayBuffer} */ part) => new Uint8Array(part));
}

/** @param {string} name @param {BlobPart[]} parts @param {string} [type] */
function saved(name, parts, type) {
  saveFile(name, parts, type);
  return name;
}

/** @param {App} app @param {Edition} edition */
async function saveSky(app, edition) {
  return saved(`notes-${isoDate(edition.seconds)}.sky`, await save(app, edition.id));
}

/** @param {App} app @param {Edition} edition */
async function saveZip(app, edition) {
  const parts = await save(app, edition.id);
  if (parts.reduce((sum, part) => sum + part.length, 0) + 1000 > ZIP_LIMIT) throw new Error(say("handon.too-large"));
  const name = `notes-${isoDate(edition.seconds)}`;
  return saved(`${name}.zip`, zipOf(`${name}.sky`, parts), "application/zip");
}

/** @param {App} app @param {Edition} edition @param {HTMLElement} status */
async function saveHtml(app, edition, status) {
  const parts = await save(app, edition.id);
  const bytes = Math.ceil((parts.reduce((sum, part) => sum + part.length, 0) * 4) / 3) + app.source.length;
  const write = async () => saved(`notes-${isoDate(edition.seconds)}.html`, oneFile(app.source, parts, await textsOf(app, edition)));
  if (bytes <= LARGE_PAGE) return write();
  setTimeout(() => status.replaceChildren(say("handon.html.large", { size: size(bytes) }), " ",
    button(say("media.large.yes"), () => void write().then((name) => (status.textContent = say("handon.saved", { name }))))));
  return null;
}

/** The texts of an edition, by language, marked as not checked. @param {App} app @param {Edition} edition */
async function textsOf(app, edition) {
  const news = await app.news(edition);
  /** @type {Map<string, { lang: string, dir: string, title: string, paragraphs: string[] }[]>} */
  const languages = new Map();
  let length = 0;
  for (const { number, language } of news.articles.slice(0, PLAIN)) {
    if (length > PLAIN_TEXTS) break;
    const article = await app.core.ask("article", { edition: edition.id, number }).catch(() => null);
    if (!article) continue;
    const texts = [article.lead ?? "", article.correction ?? "", ...paragraphs(article.blocks)].filter((text) => text !== "");
    length += texts.reduce((sum, text) => sum + text.length, 0);
    const lang = tag(language) ?? "und";
    if (!languages.has(lang)) languages.set(lang, []);
    languages.get(lang)?.push({ lang, dir: direction(lang), title: article.title, paragraphs: texts });
  }
  return textsMarkup([...languages].map(([lang, articles]) => ({ lang, dir: direction(lang), title: sayIn(lang, "unchecked.title"), note: sayIn(lang, "unchecked.text"), articles })));
}

/** @param {App} app @param {News} news @param {(work: () => Promise<string|null>) => Promise<void>} busy */
function newerPages(app, news, busy) {
  return Object.entries(news.objects).filter(([, thing]) => thing.kind === "page" && thing.here).map(([object, thing]) => el("li", {},
    button([el("strong", {}, say("handon.page")), el("span", { class: "small" }, say("handon.page.hint"))], () => void busy(async () =>
      saved("notes.html", [await app.media.bytes(object, thing.bytes)])))));
}

/** Compares another copy of this page with this one. @param {App} app */
function checker(app) {
  const result = el("div", { role: "status" });
  const picker = el("input", { type: "file", id: "copy", class: "away", autocomplete: "off", onchange: () => void check().catch(() => (result.textContent = say("media.failed"))) });
  const hash = async (/** @type {string} */ text) => app.core.ask("hash", { bytes: new TextEncoder().encode(text).buffer });
  const check = async () => {
    const file = picker.files?.[0];
    picker.value = "";
    if (!file) return;
    result.textContent = say("wait");
    const other = bare(new TextDecoder("utf-8", { ignoreBOM: true }).decode(await file.arrayBuffer()));
    const own = await hash(bare(app.source) ?? app.source);
    const theirs = other === null ? null : await hash(other);
    result.replaceChildren(
      el("p", { class: own === theirs ? "call good" : "call bad" }, say(own === theirs ? "handon.check.same" : "handon.check.different")),
      el("p", { class: "small" }, say("handon.check.own"), ": ", ltr(own, "url")));
    if (theirs && theirs !== own) result.append(el("p", { class: "small" }, say("handon.check.theirs"), ": ", ltr(theirs, "url")));
  };
  return el("div", {}, picker, el("label", { for: "copy", class: "button" }, say("handon.check.choose")), result);
}
