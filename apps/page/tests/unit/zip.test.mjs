// A .zip with one stored file, as other programs read it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { crc32, zipOf } from "../../web/zip.js";

const bytes = (text) => new TextEncoder().encode(text);

test("CRC-32 of the catalogue's check string, however it is cut", () => {
  assert.equal(crc32([bytes("123456789")]), 0xcbf43926);
  assert.equal(crc32([bytes("1234"), bytes("5"), bytes("6789")]), 0xcbf43926);
  assert.equal(crc32([]), 0);
});

test("the fields stand where APPNOTE puts them", () => {
  const zip = Buffer.concat(zipOf("notes.sky", [bytes("abc"), bytes("def")]));
  assert.equal(zip.readUInt32LE(0), 0x04034b50);
  assert.equal(zip.readUInt32LE(18), 6);
  assert.equal(zip.toString("latin1", 30, 45), "notes.skyabcdef");
  const end = zip.length - 22;
  assert.equal(zip.readUInt32LE(end), 0x06054b50);
  assert.equal(zip.readUInt32LE(zip.readUInt32LE(end + 16)), 0x02014b50);
  assert.equal(zip.readUInt32LE(end + 12) + zip.readUInt32LE(end + 16), end);
});

test("Python takes it out again", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "zip-"));
  try {
    const file = join(folder, "a.zip");
    writeFileSync(file, Buffer.concat(zipOf("notes.sky", [bytes("abc".repeat(1000))])));
    const script = "import sys,zipfile;z=zipfile.ZipFile(sys.argv[1]);print(z.testzip(),z.namelist()[0],len(z.read('notes.sky')))";
    assert.equal(execFileSync("python3", ["-c", script, file]).toString().trim(), "None notes.sky 3000");
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
    t.skip("no python3");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
