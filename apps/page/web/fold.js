// @ts-check
// Search that forgives: letters, digits and marks that readers take for one another are one.

/** Letters that are typed for one another. @type {Record<string, string>} */
const SAME = {
  "ي": "ی", "ى": "ی", "ې": "ی", "ۍ": "ی", "ك": "ک", "ڪ": "ک", "ة": "ه", "ە": "ه", "ہ": "ه", "ھ": "ه", "ۃ": "ه", "ٱ": "ا",
  "ı": "i", "ς": "σ", "ё": "е", "ð": "d", "ø": "o", "ł": "l", "đ": "d", "’": "'", "ʼ": "'", "‘": "'",
};
/**
 * Marks that may be left out: those of Latin, Greek, Cyrillic, Hebrew and Arabic letters. Burmese
 * and its like write their vowels as marks, which stay.
 */
const MARK = /[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u08d3-\u08ff\u135d-\u135f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f]/g;
/** Joiners, tatweel, bidi marks, soft hyphen: not seen, not typed. */
const UNSEEN = /[\u00ad\u034f\u061c\u0640\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;
const CHANGED = /[يىېۍكڪةەہھۃٱıςёðøłđ’ʼ‘\u06f0-\u06f9\u0660-\u0669\u1040-\u1049\u0966-\u096f]/g;
const ASCII = /^[\x00-\x7f]*$/;
/** Characters of a snippet before and after what was found. */
const AROUND = 60;

/** The form in which texts are compared. @param {string} text */
export function fold(text) {
  if (ASCII.test(text)) return text.toLowerCase();
  return text.normalize("NFKD").replace(MARK, "").replace(UNSEEN, "").toLowerCase().replace(MARK, "").replace(CHANGED, same);
}

/** @param {string} letter */
function same(letter) {
  const other = SAME[letter];
  if (other !== undefined) return other;
  // Every block of ten digits here begins where its code ends in 0 or 6.
  const code = letter.charCodeAt(0);
  return String(code >= 0x966 && code <= 0x96f ? code - 0x966 : code & 15);
}

/** @typedef {{ number: number, title: string, lead?: string, text: string }} Searchable */
/** @typedef {{ articles: Searchable[], titles: string[], leads: string[], texts: string[] }} Haystack */

/** Articles, the first to be found first, ready to be searched. @param {Searchable[]} articles @returns {Haystack} */
export function haystackOf(articles) {
  return {
    articles,
    titles: articles.map((article) => fold(article.title)),
    leads: articles.map((article) => fold(article.lead ?? "")),
    texts: articles.map((article) => fold(article.text)),
  };
}

/**
 * Articles that hold all words of the query: those with them in the title first, then in the lead.
 * @param {Haystack} haystack
 * @param {string} query
 * @param {number} limit
 * @returns {Found[]}
 */
export function findFolded(haystack, query, limit) {
  const words = [...new Set(fold(query).split(/\s+/))].filter((word) => word !== "").slice(0, 12).sort((a, b) => b.length - a.length);
  const first = words[0];
  if (first === undefined) return [];
  const { titles, leads, texts } = haystack;
  /** @type {[number[], number[], number[]]} */
  const ranks = [[], [], []];
  for (let i = 0; i < titles.length && ranks[0].length < limit; i++) {
    const title = titles[i] ?? "";
    const lead = leads[i] ?? "";
    const text = texts[i] ?? "";
    let rank = 0;
    for (const word of words) {
      const where = title.includes(word) ? 0 : lead.includes(word) ? 1 : text.includes(word) ? 2 : 3;
      if (where > rank) rank = where;
      if (rank === 3) break;
    }
    if (rank < 3) ranks[/** @type {0|1|2} */ (rank)].push(i);
  }
  return ranks.flat().slice(0, limit).map((i) => foundIn(haystack, i, words));
}

/** Where the longest word stands, with what is around it. @param {Haystack} haystack @param {number} i @param {string[]} words @returns {Found} */
function foundIn({ articles, titles, leads, texts }, i, words) {
  const article = /** @type {Searchable} */ (articles[i]);
  /** @type {["title"|"lead"|"text", string, string][]} */
  const fields = [["title", article.title, titles[i] ?? ""], ["lead", article.lead ?? "", leads[i] ?? ""], ["text", article.text, texts[i] ?? ""]];
  for (const word of words) {
    for (const [where, text, folded] of fields) {
      const place = placeOf(text, word, folded);
      if (place) return { number: article.number, where, ...around(text, place) };
    }
  }
  return { number: article.number, where: "title", before: "", match: "", after: article.title };
}

/**
 * Begin and end, in the original, of a folded word.
 * @param {string} text
 * @param {string} word
 * @param {string} [folded] the text, if it has been folded before
 * @returns {[number, number]|null}
 */
export function placeOf(text, word, folded = fold(text)) {
  const at = folded.indexOf(word);
  if (at < 0) return null;
  if (ASCII.test(text)) return [at, at + word.length];
  // Letter by letter, until as many folded ones have passed.
  let passed = 0;
  let start = -1;
  let index = 0;
  for (const letter of text) {
    const folded = lengthOf(letter);
    if (start < 0 && passed + folded > at) start = index;
    if (start >= 0 && passed >= at + word.length && folded > 0) break;
    passed += folded;
    index += letter.length;
  }
  return start < 0 ? null : [start, index];
}

/** Folded letters that a letter becomes: looked up, because a text repeats them. @type {Map<string, number>} */
const lengths = new Map();

/** @param {string} letter */
function lengthOf(letter) {
  const known = lengths.get(letter);
  if (known !== undefined) return known;
  const length = fold(letter).length;
  if (lengths.size < 5000) lengths.set(letter, length);
  return length;
}

/** @param {string} text @param {[number, number]} place */
function around(text, [start, end]) {
  let from = Math.max(0, start - AROUND);
  let to = Math.min(text.length, end + AROUND);
  // Not from the middle of a word, where a space is near.
  if (from > 0) from = Math.max(from, text.indexOf(" ", from) + 1 < start ? text.indexOf(" ", from) + 1 : from);
  if (to < text.length && text.lastIndexOf(" ", to) > end) to = text.lastIndexOf(" ", to);
  if (/[\udc00-\udfff]/.test(text.charAt(from))) from += 1;
  if (/[\udc00-\udfff]/.test(text.charAt(to))) to -= 1;
  return { before: (from > 0 ? "…" : "") + text.slice(from, start), match: text.slice(start, end), after: text.slice(end, to) + (to < text.length ? "…" : "") };
}
