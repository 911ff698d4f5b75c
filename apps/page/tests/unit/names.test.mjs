// A stranger's name is shown without what cannot be seen, and look-alikes are warned of.
import assert from "node:assert/strict";
import test from "node:test";
import { plain, suspicious } from "../../web/names.js";

for (const name of ["Radio Zamaneh", "رادیو زمانه", "خبرنامهٔ Radio", "می‌خوانیم", "北京新闻 24", "ရန်ကုန်", "Новости дня", "Süddeutsche", "日本のニュース"]) {
  test(`nothing is odd about ${name}`, () => assert.equal(suspicious(name), null));
}
test("one Cyrillic letter in a Latin word", () => assert.equal(suspicious("R\u0430dio"), "mixed"));
test("a Greek letter in a Latin word", () => assert.equal(suspicious("Radi\u03bf News"), "mixed"));
for (const unseen of ["\u202e", "\u2066", "\u200b", "\u00ad", "\u2060", "\ufeff", "\u061c", "\u3164", "\u{e0041}"]) {
  test(`U+${unseen.codePointAt(0).toString(16)} is warned of and not shown`, () => {
    assert.equal(suspicious(`Radio${unseen}`), "unseen");
    assert.equal(plain(`Ra${unseen}dio`), "Radio");
  });
}
test("lines are one line, and cut", () => {
  assert.equal(plain("a\nb"), "a b");
  assert.equal(plain("x".repeat(1e7), 10), `${"x".repeat(10)}…`);
  assert.equal(plain("می‌خوانیم"), "می‌خوانیم");
});
