// Buffers that never came are noticed, and late ones are not taken for them.
import assert from "node:assert/strict";
import test from "node:test";
import { Slips } from "../../web/slips.js";

const RATE = 48_000;
const LENGTH = 4096;

/** Samples that are said to be lost, when these buffers never come and each is late by so much. @param {number[]} never @param {(i: number) => number} late @param {number} [buffers] */
function lost(never, late, buffers = 200) {
  const slips = new Slips(RATE);
  const said = [];
  for (let i = 0; i < buffers; i++) {
    if (never.includes(i)) continue;
    const now = slips.note(7 + (i * LENGTH + late(i)) / RATE, LENGTH);
    if (now > 0) said.push(now / LENGTH);
  }
  return said;
}

test("nothing is lost: nothing is said", () => {
  assert.deepEqual(lost([], () => 0), []);
  assert.deepEqual(lost([], (i) => (i % 3) * 128), []);
});

test("a buffer that is late for once is not lost", () => {
  assert.deepEqual(lost([], (i) => (i === 40 || i === 41 || i === 90 ? LENGTH : 0)), []);
  assert.deepEqual(lost([], (i) => (i < 3 ? 2 * LENGTH : 0)), []);
});

test("each that never came is counted, once", () => {
  assert.deepEqual(lost([50], () => 0), [1]);
  assert.deepEqual(lost([50, 51, 52, 120], (i) => (i * 577) % 1500), [3, 1]);
});

test("another clock than that of the samples is no loss", () => {
  // 100 parts in a million, for an hour.
  assert.deepEqual(lost([], (i) => i * LENGTH * 1e-4, 42_000), []);
  assert.deepEqual(lost([30_000], (i) => i * LENGTH * -1e-4, 42_000), [1]);
});
