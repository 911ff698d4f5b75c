// @ts-check
// What strangers call themselves, made safe to show: no invisible characters, and a word of warning on look-alikes.

/** Characters that turn, hide or break a line: bidi controls, zero-width ones but ZWNJ and ZWJ, tags, C0 and C1. */
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb]|\udb40[\udc00-\udfff]/g;
/** Scripts that belong together. @type {[string, RegExp][]} */
const SCRIPTS = [
  ["Latin", /\p{Script=Latin}/u], ["Cyrillic", /\p{Script=Cyrillic}/u], ["Greek", /\p{Script=Greek}/u],
  ["Arabic", /\p{Script=Arabic}/u], ["Hebrew", /\p{Script=Hebrew}/u], ["Armenian", /\p{Script=Armenian}/u],
  ["Georgian", /\p{Script=Georgian}/u], ["Cherokee", /\p{Script=Cherokee}/u], ["Ethiopic", /\p{Script=Ethiopic}/u],
  ["Myanmar", /\p{Script=Myanmar}/u], ["East Asian", /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}]/u],
];

/**
 * One line of a stranger's text without what cannot be seen, at most `most` characters.
 * @param {string} text
 * @param {number} [most]
 */
export function plain(text, most = 300) {
  const seen = text.slice(0, most * 4).replace(/[\t\r\n]+/g, " ").replace(INVISIBLE, "");
  const shown = seen.length > most ? `${seen.slice(0, most).replace(/[\ud800-\udbff]$/, "")}…` : seen;
  return shown.trim();
}

/**
 * Why a name might not be what it looks like: letters of scripts that resemble each other in one
 * word, or characters that cannot be seen. `null` where nothing is odd.
 * @param {string} name
 * @returns {null|"mixed"|"unseen"}
 */
export function suspicious(name) {
  INVISIBLE.lastIndex = 0;
  if (INVISIBLE.test(name)) return "unseen";
  for (const word of name.normalize("NFKC").split(/[^\p{L}\p{M}\u200c\u200d]+/u)) {
    if (SCRIPTS.filter(([, letters]) => letters.test(word)).length > 1) return "mixed";
  }
  return null;
}
