// @ts-check
// Where to find the publisher next, in words that can be written on paper.

import { clock, digits, fullDate, weekdays } from "./dates.js";
import { bdi, ltr } from "./direction.js";
import { el } from "./dom.js";
import { plain } from "./names.js";
import { language, say, sayWith } from "./words.js";

/** @param {App} app @returns {View} */
export function places(app) {
  const list = el("div", {}, el("p", {}, say("wait")));
  const edition = app.edition();
  if (edition) app.news(edition).then((news) => list.replaceChildren(...placeList(news.places)), () => list.replaceChildren(el("p", {}, say("places.none"))));
  else list.replaceChildren(el("p", {}, say("front.empty")));
  return {
    root: el("div", { class: "screen places" }, el("h1", { tabindex: -1 }, say("places.title")), el("p", { class: "lead" }, say("places.intro")), list),
  };
}

/** @param {Place[]} list */
export function placeList(list) {
  return list.length > 0 ? list.map((place) => el("section", { class: "place-card" }, onePlace(place))) : [el("p", {}, say("places.none"))];
}

/** @param {Place} place */
function onePlace(place) {
  /** @type {[string, Node|string|(Node|string)[]][]} */
  const rows = place.way === "satellite" ? satellite(place) : place.way === "radio" ? radio(place) : [];
  if (place.from !== undefined) rows.push([say("places.from"), fullDate(place.from, language()).join(" · ")]);
  if (place.to !== undefined) rows.push([say("places.to"), fullDate(place.to, language()).join(" · ")]);
  return [
    el("h2", {}, place.way === "satellite" ? bdi(place.satellite) : say(`places.${place.way}`)),
    place.way === "other" && el("p", { dir: "auto", class: "prose" }, plain(place.text, 8000)),
    el("dl", { class: "facts" }, rows.map(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]).flat()),
    place.note && el("p", { dir: "auto", class: "prose" }, plain(place.note, 8000)),
  ];
}

/** @param {number} value @param {string} unit */
const amount = (value, unit) => ltr(`${digits(value, language(), { maximumFractionDigits: 3, useGrouping: false })} ${unit}`);

/** @param {Place & { way: "satellite" }} place @returns {[string, Node|string|(Node|string)[]][]} */
function satellite(place) {
  const east = place.tenthsEast <= 1800;
  const degrees = ltr(digits((east ? place.tenthsEast : 3600 - place.tenthsEast) / 10, language()));
  return [
    [say("places.position"), sayWith(east ? "places.east" : "places.west", { degrees })],
    [say("places.frequency"), amount(place.khz / 1000, "MHz")],
    [say("places.polarisation"), [ltr(place.polarisation), " · ", say(`places.polarisation.${place.polarisation}`)]],
    [say("places.symbolrate"), amount(place.symbolRate / 1000, "kS/s")],
    [say("places.service"), bdi(place.service)],
  ];
}

/** @param {Place & { way: "radio" }} place @returns {[string, Node|string|(Node|string)[]][]} */
function radio(place) {
  const own = (/** @type {number} */ minutes) => (((minutes - new Date().getTimezoneOffset()) % 1440) + 1440) % 1440;
  const time = (/** @type {number} */ minutes) => ltr(clock(minutes, language()));
  return [
    [say("places.frequency"), amount(place.khz, "kHz")],
    [say("places.time"), [
      el("span", {}, sayWith("places.time.utc", { from: time(place.fromMinute), to: time(place.toMinute) })), el("br"),
      el("span", { class: "small" }, sayWith("places.time.here", { from: time(own(place.fromMinute)), to: time(own(place.toMinute)) }))]],
    [say("places.days"), weekdays(place.days, language()) ?? say("places.daily")],
    [say("places.mode"), bdi(place.mode)],
  ];
}
