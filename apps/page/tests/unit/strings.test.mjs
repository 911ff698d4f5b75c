// The interface says the same in every language: the same keys, the same fill-ins, every plural form.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";

const HOME = new URL("../../", import.meta.url);
const read = (/** @type {string} */ path) => readFileSync(new URL(path, HOME), "utf8");
const CATEGORIES = ["zero", "one", "two", "few", "many", "other"];
const RIGHT_TO_LEFT = ["ar", "ckb", "fa", "ps"];
const WANTED = ["am", "ar", "az", "ckb", "en", "es", "fa", "my", "ps", "ru", "tr", "zh"];

/** @type {Record<string, Record<string, string>>} */
const all = Object.fromEntries(readdirSync(new URL("strings", HOME)).filter((name) => name.endsWith(".json"))
  .map((name) => [name.replace(".json", ""), JSON.parse(read(`strings/${name}`))]));
const en = /** @type {Record<string, string>} */ (all.en);

/** What a plural form is a form of, if it is one: `key.other` where English has `key.one` as well. @param {string} key */
function counted(key) {
  const [, base, category] = /^(.+)\.(\w+)$/.exec(key) ?? [];
  return base && category && CATEGORIES.includes(category) && `${base}.one` in en && `${base}.other` in en ? { base, category } : null;
}

/** Keys in order, each plural once. @param {Record<string, string>} words */
const bases = (words) => [...new Set(Object.keys(words).map((key) => counted(key)?.base ?? key))];
const fillIns = (/** @type {string} */ text) => [...new Set(text.match(/\{\w+\}/g))].sort().join(" ");

/** Categories that stand for one number only, whose form may leave the number out: "two files". @param {string} language */
function exact(language) {
  const rules = new Intl.PluralRules(language);
  const seen = Array.from({ length: 1001 }, (_, n) => rules.select(n));
  return CATEGORIES.filter((category) => seen.filter((one) => one === category).length === 1);
}

test("the languages", () => assert.deepEqual(Object.keys(all).sort(), WANTED));

for (const [language, words] of Object.entries(all)) {
  test(`${language}: keys as in English, in the same order`, () => assert.deepEqual(bases(words), bases(en)));

  test(`${language}: head`, () => {
    assert.equal(words._code, language);
    assert.equal(words._dir, RIGHT_TO_LEFT.includes(language) ? "rtl" : "ltr");
    assert.ok(words._name);
  });

  test(`${language}: every plural form`, () => {
    const needed = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    for (const base of bases(words).filter((key) => `${key}.one` in en)) {
      const own = Object.keys(words).flatMap((key) => (counted(key)?.base === base ? [counted(key)?.category] : []));
      for (const category of needed) assert.ok(own.includes(category), `${base}.${category}`);
      assert.deepEqual(own, CATEGORIES.filter((category) => own.includes(category)), `order of ${base}`);
    }
  });

  test(`${language}: the same fill-ins`, () => {
    const without = exact(language);
    for (const [key, text] of Object.entries(words)) {
      const plural = counted(key);
      const wanted = fillIns(en[plural ? `${plural.base}.other` : key] ?? "");
      if (plural && without.includes(plural.category) && fillIns(text) === "") continue;
      assert.equal(fillIns(text), wanted, key);
    }
  });

  test(`${language}: text as it should be`, () => {
    for (const [key, text] of Object.entries(words)) {
      assert.ok(typeof text === "string" && text !== "" && text === text.trim() && text === text.normalize("NFC"), key);
      // ZWNJ, ZWJ, LRM and RLM (200C to 200F) are wanted; overrides, embeddings, isolates and what cannot be seen are not.
      assert.doesNotMatch(text, /[<>\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b\u202a-\u202e\u2060-\u2069\ufeff\ufffd]/, key);
      assert.doesNotMatch(text, /"|\.\.\.| {2}|\{\{|\}\}/, key);
    }
    assert.equal(words["blank.items"]?.split("|").length, en["blank.items"]?.split("|").length);
  });
}

test("letters of their own: Persian and Sorani have ی and ک", () => {
  for (const language of ["fa", "ckb"]) for (const [key, text] of Object.entries(all[language] ?? {})) assert.doesNotMatch(text, /[يكى]/, `${language} ${key}`);
});

test("right to left: arrows point to the left, dots of endings stay in front", () => {
  for (const language of RIGHT_TO_LEFT) {
    for (const [key, text] of Object.entries(all[language] ?? {})) {
      assert.doesNotMatch(text, /→|,|;|\?/, `${language} ${key}`);
      // Between Latin words an arrow runs with them, from the left, unless an RLM stands before it.
      assert.doesNotMatch(text, /[A-Za-z0-9] ←/, `${language} ${key}`);
      assert.doesNotMatch(text, /(?:^|[^\u200e\w])\.[a-z0-9]/, `${language} ${key}`);
    }
  }
});

test("no key is taken for a plural form of another", () => {
  for (const key of Object.keys(en)) if (!counted(key)) assert.doesNotMatch(key, /\.(?:zero|one|two|few|many)$/, key);
});

test("every key is used, and every key that is used is there", () => {
  const scripts = readdirSync(new URL("web", HOME)).filter((name) => name.endsWith(".js"))
    .map((name) => read(`web/${name}`).replace(/^\s*(?:\/\/|\/?\*).*$/gm, ""));
  scripts.push(read("src/pack.rs").replace(/^\s*\/\/.*$/gm, ""));
  /** @type {Set<string>} */
  const literal = new Set();
  /** @type {Set<string>} */
  const patterns = new Set();
  for (const script of scripts) {
    for (const [, text = ""] of script.matchAll(/"([^"\n]*)"/g)) literal.add(text);
    for (const [, text = ""] of script.matchAll(/`([a-z]+\.[^`\n]*\$\{[^`\n]*)`/g)) patterns.add(text);
  }
  const known = bases(en).filter((key) => !key.startsWith("_"));
  const kinds = new Set(known.map((key) => key.split(".")[0]));
  // `receive.ended.${how}` uses all of receive.ended.X; no fill-in stands for a dot.
  const made = [...patterns].filter((text) => kinds.has(text.split(".")[0])).map((text) =>
    new RegExp(`^${text.split(/\$\{[^}]*\}/).map((part) => part.replaceAll(".", "\\.")).join("[^.]+")}$`));
  const used = (/** @type {string} */ key) => literal.has(key) || made.some((pattern) => pattern.test(key));
  assert.deepEqual(known.filter((key) => !used(key)), [], "unused");
  const asked = [...literal].filter((text) => /^[a-z]+(?:\.[a-z0-9-]+)+$/i.test(text) && kinds.has(text.split(".")[0]) && !/\.(?:js|rs|json|html|css)$/.test(text));
  for (const script of scripts) for (const [, key = ""] of script.matchAll(/\b(?:say|sayWith)\("([^"]+)"/g)) asked.push(key);
  assert.deepEqual([...new Set(asked)].filter((key) => !known.includes(key)), [], "missing");
  for (const pattern of made) assert.ok(known.some((key) => pattern.test(key)), `nothing is called ${pattern}`);
});
