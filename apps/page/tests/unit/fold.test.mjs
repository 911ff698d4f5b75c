// Search forgives what readers take for one another, and says where in the original it found it.
import assert from "node:assert/strict";
import test from "node:test";
import { findFolded, fold, haystackOf, placeOf } from "../../web/fold.js";

const PAIRS = [
  ["كتاب", "کتاب"], ["علي", "علی"], ["علىٰ", "علی"], ["می‌روم", "میروم"], ["مُحَمَّد", "محمد"], ["أحمد", "احمد"], ["آب", "اب"],
  ["مسئول", "مسيول"], ["مؤمن", "مومن"], ["مدرسة", "مدرسه"], ["خانهٔ", "خانه"], ["خانۀ", "خانه"], ["ســلام", "سلام"], ["۱۴۰۵", "1405"], ["٢٠٢٦", "2026"],
  ["၁၂", "12"], ["DİYARBAKIR", "diyarbakir"], ["ısı", "isi"], ["Ёлка", "елка"], ["Ação", "acao"], ["ΟΔΟΣ", "οδος"], ["\u202eabc\u202c", "abc"], ["２６", "26"],
];
for (const [one, other] of PAIRS) test(`${one} is found as ${other}`, () => assert.equal(fold(one), fold(other)));

test("Burmese vowels stay: they are letters", () => assert.notEqual(fold("ကာ"), fold("ကိ")));

test("folding is the same letter by letter", () => {
  for (const [text] of PAIRS) assert.equal([...text].map(fold).join(""), fold(text));
});

test("a place is one of the original's own letters", () => {
  const text = "او می‌گوید: كتاب‌هاي ما";
  assert.equal(text.slice(...placeOf(text, fold("میگوید"))), "می‌گوید");
  assert.equal(text.slice(...placeOf(text, fold("کتابهای"))), "كتاب‌هاي");
  assert.equal(placeOf(text, "هیچ"), null);
});

test("all words must be there; title before lead before text", () => {
  const haystack = haystackOf([
    { number: 1, title: "Other", lead: "", text: "bread and water" },
    { number: 2, title: "Other", lead: "Bread, and water", text: "" },
    { number: 3, title: "Bread or WATER", lead: "", text: "" },
    { number: 4, title: "Bread", lead: "", text: "" },
  ]);
  const found = findFolded(haystack, "  water bread ", 10);
  assert.deepEqual(found.map(({ number, where }) => [number, where]), [[3, "title"], [2, "lead"], [1, "text"]]);
  assert.equal(found[0].match, "WATER");
  assert.equal(findFolded(haystack, "bread", 1).length, 1);
  assert.deepEqual(findFolded(haystack, " ", 10), []);
});

test("2,000 articles of 3 kB are searched in a few milliseconds", (t) => {
  const text = "نیروگاه دوباره به کار افتاد و برق به خانه‌ها بازگشت. ".repeat(60);
  const haystack = haystackOf(Array.from({ length: 2000 }, (_, number) => ({ number, title: `خبر ${number}`, lead: "", text })));
  findFolded(haystack, "خانه ها", 50);
  const begun = performance.now();
  for (let i = 0; i < 5; i++) findFolded(haystack, "برق نیست", 50);
  const took = (performance.now() - begun) / 5;
  t.diagnostic(`${took.toFixed(1)} ms`);
  // Ten is the mark; a busy machine is given five times that.
  assert.ok(took < 50, `${took} ms`);
});
