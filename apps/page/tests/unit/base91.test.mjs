// What the packer writes as text of 91 characters, read back.
import assert from "node:assert/strict";
import test from "node:test";
import { fromBase91 } from "../../web/base91.js";

/** As the packer does, bit by bit. @param {Uint8Array} bytes */
function encoded(bytes) {
  const characters = [...Array(94).keys()].map((n) => String.fromCharCode(n + 0x21)).filter((one) => !"&<>".includes(one));
  const bits = [...bytes].flatMap((byte) => [...Array(8).keys()].map((bit) => (byte >> bit) & 1));
  let text = "";
  for (let at = 0; at < bits.length; at += 13) {
    const some = bits.slice(at, at + 13);
    const value = some.reduce((sum, bit, place) => sum + bit * 2 ** place, 0);
    text += characters[value % 91] + (some.length > 6 ? characters[Math.floor(value / 91)] : "");
  }
  return text;
}

// The same as in src/pack/base91.rs, which writes them.
test("bytes of known texts", () => {
  for (const [text, bytes] of /** @type {[string, number[]][]} */ ([
    ["", []], ["!!", [0]], ["=C%", [0x1f, 0x8b]], ["5Da,", [0x73, 0x6b, 0x79]], ['"~'.repeat(8), Array(13).fill(0xff)],
  ])) {
    assert.deepEqual([...fromBase91(text)], bytes);
    assert.equal(encoded(Uint8Array.from(bytes)), text);
  }
});

test("bytes of every length and value there and back", () => {
  for (let length = 0; length < 300; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 151 + length * 7) & 255);
    assert.deepEqual(fromBase91(encoded(bytes)), bytes, `${length} bytes`);
  }
});
