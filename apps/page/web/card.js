// @ts-check
// One article on the front page.

import { shortDate } from "./dates.js";
import { bdi, speaks } from "./direction.js";
import { button, el } from "./dom.js";
import { pictureFrame } from "./figures.js";
import { plain } from "./names.js";
import { language, say } from "./words.js";

const CARD_TITLE = 300;
const CARD_LEAD = 600;

/**
 * @param {App} app
 * @param {News} news
 * @param {Headline} headline
 * @param {(number: number) => void} open
 */
export function card(app, news, headline, open) {
  const own = speaks(headline.language);
  return el("article", { class: headline.picture ? "card pictured" : "card", ...own },
    el("div", { class: "card-words" },
      el("h2", {}, button(plain(headline.title, CARD_TITLE) || "…", () => open(headline.number), { class: "headline" })),
      headline.lead && el("p", { class: "card-lead" }, plain(headline.lead, CARD_LEAD)),
      el("p", { class: "meta", lang: language() },
        headline.revision > 0 && el("span", { class: "tag" }, say("front.corrected")),
        !headline.whole && el("span", { class: "tag soft" }, say("front.beginning")),
        headline.section && bdi(headline.section, headline.language, 40),
        el("time", { dir: "auto" }, shortDate(headline.seconds, language())))),
    headline.picture && pictureFrame(app, news, headline.picture, { small: true }));
}
