// What the packer compresses is read by browsers that cannot, and what is damaged is told.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { gzipSync } from "node:zlib";
import { inflate } from "../../web/inflate.js";
import { seeded } from "../rig/files.mjs";

const random = seeded(1951);
const noise = Uint8Array.from({ length: 70_000 }, () => random() * 256);
/** @type {Record<string, Uint8Array>} */
const samples = {
  nothing: new Uint8Array(0),
  one: Uint8Array.of(7),
  "a run": new Uint8Array(100_000).fill(65),
  noise,
  words: readFileSync(new URL("../../strings/fa.json", import.meta.url)),
  "a mixture": Uint8Array.from([...noise.subarray(0, 9000), ...new Uint8Array(9000), ...noise.subarray(0, 9000)]),
};

for (const [name, bytes] of Object.entries(samples)) {
  for (const level of [0, 1, 6, 9]) {
    test(`${name}, level ${level}`, () => assert.deepEqual(inflate(new Uint8Array(gzipSync(bytes, { level }))), new Uint8Array(bytes)));
  }
}

test("what is cut off is told", () => {
  const packed = gzipSync(samples.words ?? noise);
  const end = packed.subarray(-8);
  for (let at = 10; at < packed.length - 8; at += 97) {
    assert.throws(() => inflate(new Uint8Array([...packed.subarray(0, at), ...end])), /damaged/, `cut at ${at}`);
  }
});
