// @ts-check
// What a reader should know about an edition before believing it.

import { standing } from "./dates.js";
import { plain } from "./names.js";
import { el } from "./dom.js";
import { has, say } from "./words.js";

/** Warnings that an edition's own fields do not already give. */
const TOLD_BY_EDITION = ["dates"];
/** Warnings of editions that are not shown, so that they are told beside any other. */
const NOT_SHOWN = ["revoked"];

/**
 * The warnings of an edition: the words' key, and what is filled in.
 * @param {Edition} edition
 * @param {State} state
 * @param {number} now
 * @returns {{ key: string, fill: Record<string, number>, detail?: string }[]}
 */
export function warningsOf(edition, state, now) {
  const found = [];
  const place = standing(edition.seconds, now);
  if (place !== "fresh") found.push({ key: `age.${place}`, fill: {} });
  if (edition.roots > 1) found.push({ key: "warn.newroot", fill: {} });
  if (edition.outOfDate) found.push({ key: "warn.dates", fill: {} });
  const gap = gapBefore(edition, state.editions);
  if (gap) found.push({ key: "warn.gap", fill: gap });
  for (const warning of state.warnings) {
    const isElsewhere = typeof warning.number === "number" && warning.number !== edition.number;
    if (isElsewhere && !NOT_SHOWN.includes(warning.kind)) continue;
    if (TOLD_BY_EDITION.includes(warning.kind) && edition.outOfDate) continue;
    const key = has(`warn.${warning.kind}`) ? `warn.${warning.kind}` : "warn.other";
    found.push({ key, fill: { number: warning.number ?? edition.number }, detail: warning.text });
  }
  return found;
}

/**
 * The editions that are missing between this one and the one seen before it.
 * @param {Edition} edition
 * @param {Edition[]} editions
 */
function gapBefore(edition, editions) {
  const earlier = editions.filter((other) => other.key === edition.key && other.number < edition.number).map((other) => other.number);
  const last = Math.max(...earlier);
  return earlier.length > 0 && edition.number - last > 1 ? { from: last, to: edition.number } : null;
}

/** @param {Edition} edition @param {State} state */
export function banners(edition, state) {
  return warningsOf(edition, state, Date.now() / 1000).map(({ key, fill, detail }) =>
    el("div", { class: "call bad", role: "note" }, el("p", {}, say(key, fill)),
      detail && el("details", {}, el("summary", {}, say("warn.details")), el("bdi", { lang: "en", dir: "auto" }, plain(detail, 600)))));
}
