// @ts-check
// The front page: whose edition this is, how old, and what is in it.

import { banners } from "./banners.js";
import { card } from "./card.js";
import { age, fullDate, standing } from "./dates.js";
import { bdi, direction, tag } from "./direction.js";
import { button, el, slot } from "./dom.js";
import { grow } from "./grow.js";
import { nameWarning } from "./publisher.js";
import { toGo } from "./receive.js";
import { searchBox } from "./search.js";
import { language, languages, say } from "./words.js";

/** Cards made at once. */
const CARDS = 50;
/** Sections offered as filters. */
const SECTIONS = 16;
/** Languages offered as filters. */
const LANGUAGES = 32;
/** At least as long between two looks at what has come, in milliseconds; longer where looking takes long. */
const PATIENCE = 1500;

/** @param {App} app @returns {View} */
export function front(app) {
  const filter = { section: "", language: "" };
  const top = el("div", {});
  const fillTop = slot(top);
  const coming = el("p", { class: "small" });
  const chips = el("div", { class: "chips" });
  const fillChips = slot(chips);
  const cards = el("div", { class: "cards" });
  const fillCards = slot(cards);
  const foot = el("div", {});
  const fillFoot = slot(foot);
  const renew = el("p", { class: "renew", role: "status" });
  const open = (/** @type {number} */ number) => {
    const edition = app.edition();
    if (edition) app.show("article", { edition, number });
  };
  const { box, results, settle } = searchBox(app, open, (searching) => (chips.hidden = cards.hidden = foot.hidden = searching));
  const root = el("div", { class: "screen front" }, top, coming, box, results, renew, chips, cards, foot);

  /** @type {News|null} */
  let shown = null;
  let version = "";
  let busy = "";

  /** Cards that have been made: those that stay keep their pictures. @type {Map<string, HTMLElement>} */
  const made = new Map();
  const stamp = (/** @type {Headline} */ headline) => `${headline.number} ${headline.revision} ${headline.whole} ${headline.picture}`;
  const cardOf = (/** @type {News} */ news, /** @type {Headline} */ headline) => {
    const key = stamp(headline);
    const kept = made.get(key) ?? card(app, news, headline, open);
    made.set(key, kept);
    return kept;
  };

  const list = () => {
    const news = /** @type {News} */ (shown);
    const chosen = news.articles.filter((headline) => (filter.section === "" || headline.section === filter.section) && (filter.language === "" || headline.language === filter.language));
    const focused = document.activeElement;
    const spoken = languagesOf(news);
    fillChips([sectionsOf(news, filter.language), spoken, filter], () => chipRows(news, spoken, filter, list));
    fillCards([news.edition, filter, chosen.length, chosen.slice(0, CARDS).map(stamp)], () =>
      grow(el("div", { class: "card-list" }), chosen.length, (i) => cardOf(news, /** @type {Headline} */ (chosen[i])), CARDS));
    if (focused instanceof HTMLElement && focused.isConnected && cards.contains(focused)) focused.focus({ preventScroll: true });
    fillFoot([news.edition, news.withdrawn, news.missing, news.unreadable, spoken], () => footOf(app, news, spoken));
  };

  /** Shows the news, unless somebody is in the middle of reading what is there. @param {News} news */
  const take = (news) => {
    const before = shown;
    const same = before?.edition === news.edition;
    if (same && scrollY > 300 && news.articles.length !== before?.articles.length) {
      renew.replaceChildren(button(say("front.new"), () => { scrollTo({ top: 0 }); accept(news); }, { class: "main" }));
      return app.media.refresh();
    }
    accept(news);
  };
  const accept = (/** @type {News} */ news) => {
    if (shown?.edition !== news.edition) {
      filter.section = filter.language = "";
      made.clear();
      app.media.forget(cards);
    }
    shown = news;
    renew.replaceChildren();
    head();
    list();
    app.media.refresh();
  };

  const look = async () => {
    const edition = app.edition();
    if (!edition || busy === edition.id || `${edition.id} ${edition.version}` === version || !root.isConnected) return;
    if (!edition.tiers[0]?.here) return;
    busy = edition.id;
    const begun = performance.now();
    const asked = `${edition.id} ${edition.version}`;
    try {
      const news = await app.news(edition);
      version = asked;
      if (app.edition()?.id === edition.id) take(news);
    } catch {
      // Not enough is here yet: the next state brings another try.
    }
    setTimeout(() => {
      if (busy === edition.id) busy = "";
      void look();
    }, Math.max(PATIENCE, 10 * (performance.now() - begun)));
  };

  const head = () => {
    const edition = app.edition();
    const editions = app.state.editions;
    const ready = edition !== null && shown?.edition === edition.id;
    fillTop([edition && [edition.id, edition.outOfDate, edition.roots, edition.complete, edition.tiers[0]?.here], editions.map((one) => one.id), app.state.warnings, app.state.heard.length, ready],
      () => (edition ? topOf(app, edition, ready) : empty(app)));
    coming.textContent = edition && !edition.complete ? toGo(edition.toGo) : "";
    box.hidden = !ready;
    for (const part of [chips, cards, foot]) part.classList.toggle("elsewhere", !ready);
  };
  const update = () => {
    head();
    settle();
    void look();
  };
  // Once it is on the page.
  setTimeout(update);
  head();
  return { root, update, close: () => app.media.forget(root) };
}

/** Nothing to read: what to do instead. @param {App} app */
function empty(app) {
  const heard = app.state.heard.length > 0;
  return [
    el("h1", { tabindex: -1 }, say("front.title")),
    el("p", {}, say(heard ? "receive.heard" : "front.empty")),
    button(say(heard ? "receive.heard.open" : "nav.receive"), () => app.show(heard ? "whom" : "receive"), { class: "main" }),
  ];
}

/** Whose edition this is. @param {App} app @param {Edition} edition @param {boolean} shown */
function topOf(app, edition, shown) {
  const now = Date.now() / 1000;
  const [date = "", second] = fullDate(edition.seconds, language());
  return [
    el("header", { class: "masthead" },
      el("h1", { tabindex: -1 }, bdi(edition.name)),
      nameWarning(edition.name),
      el("p", { class: "dateline" },
        el("span", { class: "number" }, say("front.edition", { number: edition.number })),
        el("span", { class: "date" }, date), second && el("span", { class: "date second" }, second)),
      standing(edition.seconds, now) !== "future" && el("p", { class: "age" }, age(edition.seconds, now, language())),
      el("p", { class: "words" }, button([el("span", { class: "small" }, say("front.words")), el("bdi", { dir: "ltr", lang: "en", class: "eight-line" }, edition.words.join(" "))], () => app.show("whom"), { class: "plain" }))),
    chooser(app, edition),
    banners(edition, app.state),
    app.state.heard.length > 0 && el("p", { class: "call" }, say("receive.heard"), " ", button(say("receive.heard.open"), () => app.show("whom"))),
    !shown && el("p", { role: "status" }, say("front.wait")),
  ];
}

/** @param {App} app @param {Edition} edition */
function chooser(app, edition) {
  const { editions } = app.state;
  if (editions.length < 2) return null;
  const select = el("select", { id: "which", autocomplete: "off", onchange: () => app.choose(select.value) },
    editions.map((one) => el("option", { value: one.id, selected: one.id === edition.id }, `\u2068${bdi(one.name, undefined, 60).textContent}\u2069 · ${say("front.edition", { number: one.number })} · ${fullDate(one.seconds, language())[0]}`)));
  return el("p", { class: "which" }, el("label", { for: "which" }, say("front.which")), select);
}

/** The sections of a language's articles, the most frequent first. @param {News} news @param {string} language */
function sectionsOf(news, language) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const one of news.articles) {
    const { section } = one;
    if (section && (language === "" || one.language === language)) counts.set(section, (counts.get(section) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1]).slice(0, SECTIONS).map(([section]) => section);
}

/** Languages of the articles that are here, in the edition's order. @param {News} news */
function languagesOf(news) {
  const here = new Set(news.articles.map((one) => one.language));
  return [...new Set([...news.languages, ...here])].filter((one) => here.has(one) && tag(one)).slice(0, LANGUAGES);
}

/**
 * @param {News} news
 * @param {string[]} spoken
 * @param {{ section: string, language: string }} filter
 * @param {() => void} list
 */
function chipRows(news, spoken, filter, list) {
  const chip = (/** @type {Node|string} */ label, /** @type {"section"|"language"} */ what, /** @type {string} */ value) => button(label, () => {
    if (what === "language") filter.section = "";
    filter[what] = value;
    list();
    /** @type {HTMLElement|null} */ (document.querySelector(`[data-chip="${what}"][aria-pressed="true"]`))?.focus();
  }, { class: "chip", "aria-pressed": String(filter[what] === value), "data-chip": what });
  const sections = sectionsOf(news, filter.language);
  return [
    spoken.length > 1 && el("div", { class: "chip-row", role: "group", "aria-label": say("front.languages") }, chip(say("front.language.all"), "language", ""),
      spoken.map((one) => chip(el("bdi", { lang: one, dir: direction(one) }, languageName(one)), "language", one))),
    sections.length > 1 && el("div", { class: "chip-row", role: "group", "aria-label": say("front.sections") }, chip(say("front.section.all"), "section", ""),
      sections.map((one) => chip(bdi(one, undefined, 40), "section", one))),
  ];
}

/** A language's name in itself. @param {string} code */
function languageName(code) {
  const own = languages().find(([packed]) => packed === code.split("-")[0]);
  try {
    return own?.[1] ?? new Intl.DisplayNames([code], { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}

/**
 * Languages that the edition names, and that this copy of the page has no dictionary for.
 * @param {App} app
 * @param {News} news
 * @param {string[]} spoken
 */
function unreadLanguages(app, news, spoken) {
  const primary = (/** @type {string} */ code) => code.toLowerCase().split("-")[0] ?? "";
  const had = new Set([...spoken.map(primary), ...app.dictionaries]);
  return news.languages.filter((one) => tag(one) && !had.has(primary(one))).slice(0, LANGUAGES);
}

/** What of the edition this copy of the page cannot read. @param {App} app @param {News} news @param {string[]} spoken */
function unreadable(app, news, spoken) {
  const lack = news.unreadable.filter((text) => text.includes("dictionary"));
  const languages = lack.length > 0 ? unreadLanguages(app, news, spoken) : [];
  const others = languages.length > 0 ? news.unreadable.length - lack.length : news.unreadable.length;
  return [
    languages.length > 0 && el("p", {}, say("front.unread", { languages: listed(languages) })),
    others > 0 && el("p", {}, say("front.unreadable")),
  ];
}

/** Names of languages in a row: in the interface's language, where the browser knows them in it. @param {string[]} codes */
function listed(codes) {
  const names = codes.map((code) => {
    try {
      return new Intl.DisplayNames([language(), code], { type: "language" }).of(code) ?? code;
    } catch {
      return code;
    }
  });
  const known = Intl.ListFormat.supportedLocalesOf(language()).length > 0;
  return known ? new Intl.ListFormat(language()).format(names) : names.join(" · ");
}

/** @param {App} app @param {News} news @param {string[]} spoken */
function footOf(app, news, spoken) {
  return [el("footer", { class: "foot" },
    news.withdrawn > 0 && el("p", {}, say("front.withdrawn", { n: news.withdrawn })),
    news.missing > 0 && el("p", {}, say("front.missing")),
    unreadable(app, news, spoken),
    el("p", {}, say("front.checked"), " ", say("sends.nothing")),
    el("p", { class: "actions" }, button(say("front.places"), () => app.show("places")), button(say("front.handon"), () => app.show("handon"))))];
}
