// @ts-check
// One article, in its own language and direction.

import { blockElements } from "./blocks.js";
import { copyButton } from "./clipboard.js";
import { isoDate, shortDate } from "./dates.js";
import { bdi, ltr, speaks } from "./direction.js";
import { button, el } from "./dom.js";
import { plain } from "./names.js";
import { articleText, paragraphs } from "./plaintext.js";
import { saveFile } from "./saves.js";
import { speech } from "./speech.js";
import { language, say, sayWith } from "./words.js";

/** Titles and leads are cut after as many characters. */
const TITLE = 300;
const LEAD = 4000;
/** Long articles are unrolled for the printer as often at most. */
const UNROLLED = 200;

/** @param {App} app @param {{ edition: Edition, number: number }} which @returns {View} */
export function article(app, which) {
  const root = el("div", { class: "screen article" }, el("h1", { tabindex: -1 }, say("wait")));
  const voice = speech();
  const left = new AbortController();
  voice.onVoices(() => root.querySelectorAll(".listen").forEach((listen) => listen.toggleAttribute("hidden", !voice.can(spoken))), left.signal);
  let revision = "";
  let spoken = "";
  const load = async () => {
    const news = await app.news(app.state.editions.find((edition) => edition.id === which.edition.id) ?? which.edition);
    try {
      /** @type {Article} */
      const read = await app.core.ask("article", { edition: which.edition.id, number: which.number });
      revision = stamp(read);
      spoken = read.language;
      app.media.forget(root);
      root.replaceChildren(...page(app, news, read, voice));
    } catch (error) {
      const key = /** @type {any} */ (error).kind === "damaged" ? "article.damaged" : "article.gone";
      root.replaceChildren(el("h1", { tabindex: -1 }, say(key)), el("p", {}, button(say("nav.back"), () => app.back())));
    }
    app.announce(root.querySelector("h1")?.textContent ?? "");
    /** @type {HTMLElement|null} */ (root.querySelector("h1"))?.focus({ preventScroll: true });
  };
  void load().catch(() => {});
  let version = which.edition.version;
  const update = () => {
    const edition = app.state.editions.find((one) => one.id === which.edition.id);
    if (!edition || edition.version === version) return;
    version = edition.version;
    void app.news(edition).then((news) => {
      app.media.refresh();
      const now = news.articles.find((one) => one.number === which.number);
      if ((now ? stamp(now) : "") !== revision && !root.querySelector(".renew")) root.prepend(renew(load));
    }).catch(() => {});
  };
  const unroll = () => {
    for (let i = 0, more = root.querySelector("button.more"); i < UNROLLED && more instanceof HTMLElement; i++, more = root.querySelector("button.more")) more.click();
  };
  addEventListener("beforeprint", unroll);
  return {
    root, update,
    close: () => {
      removeEventListener("beforeprint", unroll);
      left.abort();
      voice.stop();
      app.media.stop();
      app.media.forget(root);
    },
  };
}

/** What changes when more of an article has come. @param {Headline} headline */
function stamp(headline) {
  return `${headline.revision} ${headline.whole}`;
}

/** @param {() => Promise<void>} load */
function renew(load) {
  return el("p", { class: "renew" }, button(say("article.updated"), () => void load().catch(() => {}), { class: "main" }));
}

/** @param {App} app @param {News} news @param {Article} read @param {ReturnType<typeof speech>} voice */
function page(app, news, read, voice) {
  const own = speaks(read.language);
  return [
    el("article", own,
      read.section && el("p", { class: "section" }, bdi(read.section)),
      el("h1", { tabindex: -1 }, plain(read.title, TITLE)),
      read.lead && el("p", { class: "lead" }, plain(read.lead, LEAD)),
      el("p", { class: "meta", lang: language() },
        read.byline && el("span", {}, sayWith("article.by", { name: bdi(read.byline) })),
        el("time", {}, shortDate(read.seconds, language())),
        el("bdi", {}, plain(news.publisher))),
      (read.correction !== undefined || read.revision > 0) && el("div", { class: "call" }, el("p", { lang: language() }, el("strong", {}, say("article.corrected"))),
        read.correction && el("p", { class: "prose" }, plain(read.correction, LEAD))),
      blockElements(app, news, read.blocks),
      !read.whole && el("p", { class: "call", lang: language() }, say("article.beginning")),
      read.source && el("p", { class: "small source", lang: language() }, say("article.source"), ": ", ltr(plain(read.source, 2000), "url"), " ",
        copyButton(say("copy"), () => read.source ?? "", { class: "plain", "aria-label": say("article.link") }))),
    tools(read, voice),
  ];
}

/** @param {Article} read @param {ReturnType<typeof speech>} voice */
function tools(read, voice) {
  const text = () => articleText(read, [shortDate(read.seconds, language()), read.byline ?? ""]);
  const listen = button(say("article.listen"), () => {
    if (voice.speaking) voice.stop();
    else voice.start([read.title, read.lead ?? "", ...paragraphs(read.blocks)], read.language, () => (listen.textContent = say("article.listen")));
    listen.textContent = say(voice.speaking ? "article.listen.stop" : "article.listen");
  }, { class: "listen", hidden: !voice.can(read.language) });
  return el("p", { class: "actions tools" }, listen,
    copyButton(say("article.copy"), text),
    button(say("article.save"), () => saveFile(`notes-${isoDate(read.seconds)}-${read.number}.txt`, ["\ufeff", text()], "text/plain")),
    button(say("article.print"), () => print()));
}
