// Page and edition in one file, and the page alone again.
import assert from "node:assert/strict";
import test from "node:test";
import { fromBase64, toBase64 } from "../../web/base64.js";
import { bare, oneFile, textsMarkup } from "../../web/onefile.js";

const PAGE = '<!doctype html>\n<html><body><noscript id="texts"></noscript>\n<script type="text/plain" id="edition"></script>\n<script>1</script></body></html>';
const edition = Uint8Array.from({ length: 200_001 }, (_, i) => i * 7);
const texts = textsMarkup([{ lang: "fa", dir: "rtl", title: "T", note: "N", articles: [{ lang: "en", dir: "ltr", title: "<img src=x>", paragraphs: ["a & </noscript><script>", '\u202ex"'] }] }]);

test("Base64 there and back, in parts of any length", () => {
  const parts = [edition.subarray(0, 1), edition.subarray(1, 50_000), edition.subarray(50_000)];
  const text = toBase64(parts).join("");
  assert.equal(text, Buffer.from(edition).toString("base64"));
  assert.deepEqual(fromBase64(text), edition);
});

test("the texts hold no tag but their own", () => {
  assert.deepEqual([...new Set(texts.match(/<\/?\w+/g))].sort(), ["</article", "</h2", "</h3", "</p", "</section", "<article", "<h2", "<h3", "<p", "<section"]);
  assert.ok(!texts.includes("\u202e"));
});

test("an edition goes in and comes out, and the page is the same page", () => {
  const file = oneFile(PAGE, [edition], texts).join("");
  const held = file.match(/id="edition">([^<]*)</)[1];
  assert.deepEqual(fromBase64(held), edition);
  assert.equal(bare(file), PAGE);
  assert.equal(oneFile(file, [edition], texts).join(""), file);
  assert.equal(bare(PAGE), PAGE);
});

test("what is not an edition does not pass for one", () => {
  assert.equal(bare(PAGE.replace('id="edition">', 'id="edition">alert(1)')), null);
  assert.equal(bare(PAGE.replace('id="texts">', 'id="texts"><img src=x>')), null);
  assert.equal(bare(PAGE.replace('id="texts">', 'id="texts"><p onclick="x">')), null);
});
