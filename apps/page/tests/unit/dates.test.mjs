// Dates, digits and ages are the language's own.
import assert from "node:assert/strict";
import test from "node:test";

process.env.TZ = "UTC";
const { age, clock, digits, fullDate, isoDate, ownDigits, standing, weekdays } = await import("../../web/dates.js");
const NOON = Date.UTC(2026, 10, 23, 12) / 1000;

test("Persian has Solar Hijri beside Gregorian", () => {
  const [solar, gregorian] = fullDate(NOON, "fa");
  assert.equal(solar, "دوشنبه ۲ آذر ۱۴۰۵");
  assert.match(gregorian, /۲۳ نوامبر.* ۲۰۲۶/);
});
test("Arabic and Sorani are Gregorian, in Arabic digits", () => {
  for (const language of ["ar", "ckb"]) {
    assert.equal(fullDate(NOON, language).length, 1);
    assert.match(fullDate(NOON, language)[0], /٢٠٢٦/);
  }
});
test("English", () => assert.deepEqual(fullDate(NOON, "en"), ["Monday, November 23, 2026"]));
test("digits", () => {
  assert.equal(digits(1405, "fa", { useGrouping: false }), "۱۴۰۵");
  assert.equal(digits(12.5, "ar"), "١٢٫٥");
  assert.equal(digits(1200, "en"), "1,200");
  assert.equal(ownDigits("11:05", "ckb"), "١١:٠٥");
});
test("file names are dated in plain digits", () => assert.equal(isoDate(NOON), "2026-11-23"));
test("an edition from the future says so, an old one too", () => {
  assert.equal(standing(NOON, NOON - 3600), "future");
  assert.equal(standing(NOON, NOON - 60), "fresh");
  assert.equal(standing(NOON, NOON + 6 * 86400), "fresh");
  assert.equal(standing(NOON, NOON + 8 * 86400), "old");
});
test("ages", () => {
  assert.equal(age(NOON, NOON + 7200, "en"), "2 hours ago");
  assert.equal(age(NOON, NOON + 86400, "fa"), "دیروز");
});
test("radio times", () => {
  assert.equal(clock(1110, "en"), "18:30");
  assert.equal(clock(5, "fa"), "۰۰:۰۵");
  assert.equal(weekdays(127, "en"), null);
  assert.equal(weekdays(96, "en"), "Sat · Sun");
});
