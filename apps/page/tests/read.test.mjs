// From a recording to the news, in Debian's Chromium and Firefox, from file://.

import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { saved, unavailable } from './rig/browsers.mjs';
import { library, nothing } from './rig/files.mjs';
import { Reader } from './rig/reader.mjs';
import { SAMPLES, journey } from './rig/journey.mjs';
import { absent, given, needs } from './rig/where.mjs';

const LONGEST = { timeout: 120_000 };

for (const name of /** @type {const} */ (['chromium', 'firefox'])) {
  const missing = unavailable(name);
  const skip = missing ? absent(missing) : needs('SKYWAVE_PAGE', 'SKYWAVE_RECORDING');

  describe(name, { ...skip, timeout: 600_000 }, () => {
    /** @type {Reader} */
    let reader;
    /** @type {string} */
    let folder;
    before(async () => {
      folder = mkdtempSync(join(tmpdir(), 'page-read-'));
      reader = await Reader.start(name, given('SKYWAVE_PAGE'));
    }, LONGEST);
    after(async () => {
      await reader?.close();
      rmSync(folder, { recursive: true, force: true });
    }, LONGEST);

    test('a recording becomes the news, to be read, searched and read in another language', LONGEST, async () => {
      await reader.open(given('SKYWAVE_PAGE'));
      await journey(reader, given('SKYWAVE_RECORDING'));
    });

    test('a recording with nothing in it says so, and what to try', LONGEST, async () => {
      const empty = join(folder, 'empty.ts');
      nothing(empty);
      await reader.open(given('SKYWAVE_PAGE'));
      await reader.pick(empty);
      await reader.ended('nothing');
      await reader.shows('receive.try.longer');
    });

    test('what has come is saved, and gone on from', LONGEST, async () => {
      const recording = readFileSync(given('SKYWAVE_RECORDING'));
      const [early, late] = [join(folder, 'early'), join(folder, 'late')]; // Nothing is told by names.
      const middle = Math.floor(recording.length * 0.4);
      writeFileSync(early, recording.subarray(0, middle));
      writeFileSync(late, recording.subarray(middle));

      await reader.open(given('SKYWAVE_PAGE'));
      await reader.pick(early);
      await reader.ended('end');
      await reader.press('nav.more');
      await reader.press('menu.handon');
      await reader.press('handon.everything');
      const file = await saved(reader.running.downloads, (each) => each.endsWith('.sky'));
      const kept = join(folder, 'kept.sky');
      copyFileSync(file, kept);
      rmSync(file);

      await reader.open(given('SKYWAVE_PAGE'));
      await reader.pick(kept);
      await reader.ended('end');
      await reader.pick(late);
      await reader.press('nav.read');
      await reader.articles(SAMPLES.count);
    });

    test('page and edition are handed on as one file, which reads by itself', LONGEST, async () => {
      await reader.open(given('SKYWAVE_PAGE'));
      await reader.pick(given('SKYWAVE_RECORDING'));
      await reader.articles(SAMPLES.count);
      await reader.press('front.handon');
      await reader.press('handon.html');
      const file = await saved(reader.running.downloads, (each) => each.endsWith('.html'));
      const handed = join(folder, 'handed.html');
      copyFileSync(file, handed);
      rmSync(file);
      assert.match(readFileSync(handed, 'utf8'), /<noscript id="texts"><section/, 'the texts as plain HTML');

      await reader.open(handed);
      await reader.headed(SAMPLES.publisher);
      await reader.articles(SAMPLES.count);
    });

    test('the copy of another is compared', LONGEST, async () => {
      const other = join(folder, 'other.html');
      writeFileSync(other, readFileSync(given('SKYWAVE_PAGE'), 'utf8').replace('Notes', 'Notez'));
      await reader.open(given('SKYWAVE_PAGE'));
      await reader.press('nav.more');
      await reader.press('menu.handon');
      const check = async (/** @type {string} */ file) => (await reader.page.waitForSelector('input#copy'))?.uploadFile(file);
      await check(given('SKYWAVE_PAGE'));
      await reader.shows('handon.check.same');
      await check(other);
      await reader.shows('handon.check.different');
    });

    test('a publisher that nobody trusts yet: eight words, and nothing of theirs', { ...LONGEST, ...needs('SKYWAVE_BIN') }, async () => {
      const stranger = library(folder, 3);
      await reader.open(given('SKYWAVE_PAGE'));
      await reader.pick(stranger.whole);
      await reader.shows('receive.heard');
      assert.doesNotMatch(await reader.text(), /Notice 0/);
      await reader.press('receive.heard.open');
      await reader.shows('whom.compare');
      const words = await reader.page.$$eval('ol.eight li span:last-child', (spans) => spans.map((span) => span.textContent));
      assert.equal(words.length, 8);
      assert.doesNotMatch(await reader.text(), /Notice 0/);
      await reader.press('whom.same');
      await reader.press('whom.open');
      await reader.articles(3);

      // Closed again, it is a stranger as before.
      await reader.press('nav.more');
      await reader.press('menu.whom');
      await reader.press('whom.distrust');
      await reader.shows('whom.heard');
      await reader.press('nav.read');
      await reader.shows('receive.heard');
      assert.doesNotMatch(await reader.text(), /Notice 0/);
    });

    for (const [how, blank] of /** @type {[string, (reader: Reader) => Promise<void>][]} */ ([
      ['a button', (each) => each.press('nav.hide')],
      ['Escape twice', async (each) => {
        await each.page.keyboard.press('Escape');
        await each.page.keyboard.press('Escape');
      }],
    ])) {
      test(`${how} leaves something innocent, and nothing else`, LONGEST, async () => {
        await reader.open(given('SKYWAVE_PAGE'));
        await reader.pick(given('SKYWAVE_RECORDING'));
        await reader.articles(SAMPLES.count);
        await blank(reader);
        await reader.headed(reader.words['blank.title'] ?? '');
        const { markup, title } = await reader.page.evaluate(() => ({ markup: document.documentElement.outerHTML, title: document.title }));
        for (const trace of [SAMPLES.publisher, SAMPLES.article.title, 'Skywave']) assert.ok(!markup.includes(trace), `${trace} is still there`);
        assert.doesNotMatch(title, /sky|news|wave/i);
      });
    }

    test('nothing is kept, and no address is written to', LONGEST, async () => {
      await reader.open(given('SKYWAVE_PAGE'));
      const before = await reader.page.evaluate(() => ({ address: location.href, length: history.length }));
      await reader.pick(given('SKYWAVE_RECORDING'));
      await reader.articles(SAMPLES.count);
      await reader.read(SAMPLES.article.title);
      const kept = await reader.page.evaluate(async () => ({
        address: location.href, length: history.length, title: document.title, cookie: document.cookie,
        local: localStorage.length, session: sessionStorage.length,
        databases: 'databases' in indexedDB ? (await indexedDB.databases()).length : 0,
      }));
      assert.deepEqual(kept, { ...before, title: kept.title, cookie: '', local: 0, session: 0, databases: 0 });
      assert.doesNotMatch(kept.title, /sky|news|wave|courier/i);
    });
  });
}
