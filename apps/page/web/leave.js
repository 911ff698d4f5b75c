// @ts-check
// Before you leave the house: what browser, phone and stick keep, and how to delete it.

import { button, el } from "./dom.js";
import { say } from "./words.js";

const BROWSERS = ["chrome-android", "firefox-android", "samsung", "chrome", "firefox", "safari"];

/** Which of them this is, as far as it says. @param {string} agent */
export function browserOf(agent) {
  const android = /Android/.test(agent);
  if (/SamsungBrowser/.test(agent)) return "samsung";
  if (/Firefox/.test(agent)) return android ? "firefox-android" : "firefox";
  if (/Chrome|Chromium/.test(agent)) return android ? "chrome-android" : "chrome";
  return /Safari|iPhone|iPad/.test(agent) ? "safari" : "chrome";
}

/** @param {App} app @returns {View} */
export function leave(app) {
  const own = browserOf(navigator.userAgent);
  const ordered = [own, ...BROWSERS.filter((name) => name !== own)];
  return {
    root: el("div", { class: "screen leave" },
      el("h1", { tabindex: -1 }, say("leave.title")),
      el("p", { class: "lead" }, say("leave.intro"), " ", say("leave.first")),
      ordered.map((name) => browser(name, name === own)),
      things("phone", ["recent", "files", "thumbnails", "keyboard", "clipboard", "cloud"]),
      things("computer", ["recent", "bin", "disk"]),
      things("stick", ["delete", "box"]),
      el("p", {}, button(say("leave.hide"), () => app.blank(), { class: "main" }))),
  };
}

/** @param {string} name @param {boolean} own */
function browser(name, own) {
  return el("details", { open: own },
    el("summary", {}, say(`leave.${name}`), own && el("span", { class: "tag" }, say("leave.yours"))),
    el("dl", {}, el("dt", {}, say("leave.keeps")), el("dd", {}, say(`leave.${name}.keeps`)),
      el("dt", {}, say("leave.delete")), el("dd", {}, say(`leave.${name}.delete`))));
}

/** @param {string} group @param {string[]} names */
function things(group, names) {
  return el("section", {}, el("h2", {}, say(`leave.${group}`)), el("ul", {}, names.map((name) => el("li", {}, say(`leave.${group}.${name}`)))));
}
