// Radio in the page: a recording that is picked, and a microphone that hears it, from file://.
// The microphone of Chromium is a file that it plays, that of Firefox hums.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { phone, unavailable } from './rig/browsers.mjs';
import { findings } from './rig/axe.mjs';
import { WIRELESS, recorded, wireless } from './rig/files.mjs';
import { Reader } from './rig/reader.mjs';
import { absent, needs } from './rig/where.mjs';

const LONGEST = { timeout: 120_000 };
/** A minute or two of sound is decoded in a few seconds; on a machine that is busy it takes longer. */
const DECODED = 90_000;
/** Nobody is asked for the microphone. */
const FAKE = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];
/** A host that is no secure context, as that of a hotspot. */
const HOST = 'hotspot.test';

const missing = unavailable('chromium') ?? unavailable('firefox');
describe('radio', { ...missing ? absent(missing) : needs('SKYWAVE_BIN', 'SKYWAVE_PAGE'), timeout: 600_000 }, () => {
  /** @type {string} */
  let folder;
  /** @type {ReturnType<typeof wireless>} */
  let station;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'page-radio-'));
    station = wireless(folder);
  }, LONGEST);
  after(() => rmSync(folder, { recursive: true, force: true }));

  /**
   * The page in a browser of its own.
   * @param {import('./rig/browsers.mjs').Name} name
   * @param {import('./rig/browsers.mjs').Options} options
   * @param {(reader: Reader) => Promise<void>} use
   */
  const within = async (name, options, use) => {
    const reader = await Reader.start(name, station.page, options);
    try {
      await use(reader);
      assert.deepEqual(reader.running.complaints, []);
    } finally {
      await reader.close();
    }
  };

  for (const name of /** @type {const} */ (['chromium', 'firefox'])) {
    test(`a recording of sound becomes the news in ${name}`, LONGEST, () => within(name, {}, async (reader) => {
      await reader.pick(station.sound);
      await arrives(reader);
    }));
  }

  describe('recorders of phones', tools(), () => {
    /** @type {ReturnType<typeof recorded>} */
    let files;
    before(() => { files = recorded(folder); }, LONGEST);

    for (const [what, file, name] of /** @type {[string, 'voice' | 'recorder' | 'narrow', 'chromium' | 'firefox'][]} */ ([
      ['a voice message in Opus', 'voice', 'chromium'],
      ['AAC in an MP4 whose table stands last', 'recorder', 'chromium'],
      ['AAC in an MP4 whose table stands last', 'recorder', 'firefox'],
      ['AMR', 'narrow', 'chromium'],
    ])) {
      test(`${what} becomes the news in ${name}`, LONGEST, () => within(name, {}, async (reader) => {
        await reader.pick(files[file]);
        await arrives(reader);
      }));
    }

    test('what cannot be read says why, and does not keep others from being read', LONGEST, () =>
      within('chromium', { viewport: phone }, async (reader) => {
        await reader.pick(files.other, files.cut);
        for (const key of ['sound.unreadable', 'sound.fault.unknown', 'sound.convert', 'sound.fault.cut']) await reader.shows(key);
        assert.deepEqual(await findings(reader), []);
        await reader.switchTo('fa');
        await reader.shows('sound.fault.unknown');
        assert.deepEqual(await findings(reader), []);
        const { scroll, width } = await reader.page.evaluate(() => ({ scroll: document.documentElement.scrollWidth, width: innerWidth }));
        assert.ok(scroll <= width, `${scroll} > ${width}`);
        await reader.switchTo('en');
        await reader.pick(files.voice);
        await arrives(reader);
      }));

    test('reading of a long one can be stopped, and goes on', LONGEST, () => within('chromium', {}, async (reader) => {
      await reader.pick(files.long);
      await reader.until(moves, 'progress');
      await reader.press('receive.pause');
      await reader.shows('receive.ended.stopped');
      const value = await reader.page.$eval('.reading progress', (bar) => /** @type {HTMLProgressElement} */ (bar).value);
      assert.ok(value > 0 && value < 900, `${value} of 1000`);
      await reader.press('receive.go');
      await reader.until((before) => (/** @type {HTMLProgressElement | null} */ (document.querySelector('.reading progress'))?.value ?? 0) > before, 'more of it', value);
      // What is chosen meanwhile waits for its turn.
      await reader.pick(files.voice);
      await reader.shows('receive.left.one');
    }));
  });

  test('what the microphone hears becomes the news, and axe finds nothing meanwhile', LONGEST, () =>
    within('chromium', { viewport: phone, switches: [...FAKE, `--use-file-for-fake-audio-capture=${station.sound}`] }, async (reader) => {
      await reader.press('receive.listen');
      await reader.shows('listen.keep');
      await reader.shows('listen.level.good');
      assert.deepEqual(await findings(reader), []);
      await reader.switchTo('fa');
      await reader.shows('listen.signal.none');
      assert.deepEqual(await findings(reader), []);
      const { scroll, width } = await reader.page.evaluate(() => ({ scroll: document.documentElement.scrollWidth, width: innerWidth }));
      assert.ok(scroll <= width, `${scroll} > ${width}`);
      assert.ok(await reader.page.$eval('canvas', seen) > 8, 'a picture of the sound');
      await reader.switchTo('en');
      // Half a second in which the page does nothing else: some of the sound is lost.
      await reader.page.evaluate(() => {
        const until = performance.now() + 500;
        while (performance.now() < until);
      });
      await reader.page.waitForFunction((name) => document.querySelector('h1')?.innerText.includes(name), { timeout: WIRELESS.seconds * 1000, polling: 100 }, WIRELESS.publisher);
      // Once all of it is here, the microphone is off by itself.
      await arrives(reader);
      await reader.until(() => document.querySelector('.on-air') === null, 'the microphone off');
    }));

  test('a publisher whom nobody trusts yet is heard, trusted, and read without another minute of sound', LONGEST, async () => {
    const reader = await Reader.start('chromium', station.strange);
    try {
      await reader.pick(station.sound);
      await reader.press('receive.heard.open');
      await reader.press('whom.same');
      await reader.press('whom.open');
      await reader.press('nav.read');
      await reader.headed(WIRELESS.publisher);
    } finally {
      await reader.close();
    }
  });

  // Firefox begins no sound where there is no device to play any, as on a machine for tests.
  test('Firefox opens the microphone, and closes it when asked to', LONGEST, () =>
    within('firefox', { preferences: { 'media.navigator.streams.fake': true, 'media.navigator.permission.disabled': true } }, async (reader) => {
      await reader.press('receive.listen');
      await reader.shows('listen.keep');
      await reader.until(() => document.querySelector('.on-air') !== null, 'the microphone on');
      await reader.press('listen.stop');
      await reader.until(() => document.querySelector('.on-air') === null, 'the microphone off');
      await reader.press('receive.listen');
      await reader.shows('listen.keep');
    }));

  test('no microphone, one that may not be used, one in use: the page says so, and what to do', LONGEST, () =>
    within('chromium', {}, async (reader) => {
      for (const [name, key] of [['', 'none'], ['NotAllowedError', 'denied'], ['NotReadableError', 'busy']]) {
        if (name) await reader.page.evaluate((name) => {
          navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('refused', name));
        }, name);
        await reader.press('receive.listen');
        await reader.shows(`listen.refused.${key}`);
        await reader.shows('listen.instead');
        assert.deepEqual(await findings(reader), []);
      }
    }));

  test('over http:// there is none: the page says so', LONGEST, async () => {
    const server = createServer((_, response) => response.setHeader('Content-Type', 'text/html').end(readFileSync(station.page)));
    await new Promise((listening) => { server.listen(0, '127.0.0.1', () => listening(null)); });
    const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
    try {
      await within('chromium', { switches: [...FAKE, `--host-resolver-rules=MAP ${HOST} 127.0.0.1`] }, async (reader) => {
        await reader.page.goto(`http://${HOST}:${port}/`);
        await reader.press('receive.listen');
        await reader.shows('listen.refused.insecure');
        // What serves it from the same machine is as good as a file.
        await reader.page.goto(`http://localhost:${port}/`);
        await reader.press('receive.listen');
        await reader.shows('listen.keep');
      });
    } finally {
      server.close();
    }
  });
});

/** What makes recordings as phones do, or why that is not done. */
function tools() {
  const missing = ['ffmpeg', 'sox'].filter((program) => spawnSync(program, ['--version']).error);
  return missing.length > 0 ? absent(`${missing.join(', ')} not installed`) : {};
}

/** In the page: something of a recording has been read. */
function moves() {
  return (/** @type {HTMLProgressElement | null} */ (document.querySelector('.reading progress'))?.value ?? 0) > 0;
}

/**
 * The edition of the station comes, and is read.
 * @param {Reader} reader
 */
async function arrives(reader) {
  // The front page comes first, its texts later.
  await reader.ended('whole', DECODED);
  await reader.press('nav.read');
  await reader.headed(WIRELESS.publisher);
  await reader.read(WIRELESS.title);
  await reader.until((text) => document.querySelector('main article')?.textContent?.includes(text), 'its text', WIRELESS.text);
}

/** In the page: how many colours a picture has. @param {HTMLCanvasElement} canvas */
function seen(canvas) {
  const { data } = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d')).getImageData(0, 0, canvas.width, canvas.height);
  return new Set(new Uint32Array(data.buffer)).size;
}
