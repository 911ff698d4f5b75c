// What bytes are, by themselves; too many pixels are refused.
import assert from "node:assert/strict";
import test from "node:test";
import { extentOf, mediumOf, pictureType, playerType } from "../../web/sniff.js";
import { cuesOf } from "../../web/vtt.js";

const bytes = (...parts) => Uint8Array.from(parts.flatMap((part) => (typeof part === "string" ? [...part].map((letter) => letter.charCodeAt(0)) : [part])).concat(new Array(40).fill(0)));
const png = (w, h) => bytes(0x89, "PNG\r\n\x1a\n", 0, 0, 0, 13, "IHDR", w >>> 24, (w >>> 16) & 255, (w >>> 8) & 255, w & 255, h >>> 24, (h >>> 16) & 255, (h >>> 8) & 255, h & 255);

test("pictures", () => {
  assert.equal(pictureType(png(800, 600)), "image/png");
  assert.equal(pictureType(png(65535, 65535)), null);
  assert.deepEqual(extentOf(bytes("GIF89a", 0x20, 3, 0x58, 2), "image/gif"), [800, 600]);
  assert.deepEqual(extentOf(bytes(0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xc2, 0, 11, 8, 2, 0x58, 3, 0x20), "image/jpeg"), [800, 600]);
  assert.deepEqual(extentOf(bytes("RIFF", 0, 0, 0, 0, "WEBPVP8X", 10, 0, 0, 0, 0, 0, 0, 0, 0x1f, 3, 0, 0x57, 2, 0), "image/webp"), [800, 600]);
  assert.deepEqual(extentOf(bytes("RIFF", 0, 0, 0, 0, "WEBPVP8 ", 0, 0, 0, 0, 0, 0, 0, 0x9d, 1, 0x2a, 0x20, 3, 0x58, 2), "image/webp"), [800, 600]);
  assert.equal(pictureType(bytes(0xff, 0xd8, 0xff, 0xda, 0, 2)), null);
});
test("what is no picture", () => {
  for (const text of ["<svg xmlns=", "<!doctype html>", "%PDF-1.7", "MZ", ""]) assert.equal(mediumOf(bytes(text)), null);
  assert.equal(pictureType(bytes("OggS")), null);
});
test("sound and film", () => {
  assert.equal(playerType(bytes("OggS"), "sound"), "audio/ogg");
  assert.equal(playerType(bytes(0, 0, 0, 24, "ftypisom"), "film"), "video/mp4");
  assert.equal(playerType(bytes(0, 0, 0, 24, "ftypisom"), "sound"), "audio/mp4");
  assert.equal(playerType(bytes("ID3"), "film"), null);
  assert.equal(playerType(png(1, 1), "film"), null);
  assert.equal(playerType(bytes(0, 0, 0, 24, "ftypavif"), "film"), null);
});
test("captions: times and text, nothing else", () => {
  const cues = cuesOf("WEBVTT\n\nSTYLE\n::cue{}\n\n1\n00:01.000 --> 00:02.500 line:0\n<b onclick=x>Hi</b>\n\nbad --> worse\nx\n\n01:00:00.000 --> 01:00:01.000\nBye\n");
  assert.deepEqual(cues, [{ from: 1, to: 2.5, text: "Hi" }, { from: 3600, to: 3601, text: "Bye" }]);
  assert.deepEqual(cuesOf("<html>"), []);
});
