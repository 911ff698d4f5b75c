// How fast sound is decoded in a real browser, from a recording to packets: a bench, no test.
//
//   skywave send radio -s STATION --mode shortwave --bare --minutes 10 --rate 8000 -o 8k.wav    and 48000
//   ffmpeg -i 48k.wav -b:a 64k a.m4a; ffmpeg -i 48k.wav -c:a libopus -b:a 24k -application voip a.ogg
//   skywave page --lang en --no-fonts -o strange.html                     one that believes nobody reads on
//   node radio_speed.mjs strange.html RECORDING…                          in apps/page/tests
//
// × real time: seconds of sound over those that the worker's thread computed (on a busy machine it
// waits for longer), and over those that passed. BROWSER=firefox for Firefox.

import { readFileSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { launch } from './rig/browsers.mjs';

/** Ticks of /proc in a second (Linux, x86 and Arm). */
const TICKS = 100;
/** How the threads of workers are called: of Chromium and of Firefox. */
const WORKERS = /^(DedicatedWorker|DOM Worker)/;

const [html, ...recordings] = process.argv.slice(2);
const browser = /** @type {import('./rig/browsers.mjs').Name} */ (process.env.BROWSER ?? 'chromium');
if (!html || recordings.length === 0) throw new Error('PAGE.html RECORDING…');

console.log('| recording | browser | sound | computed | × real time | passed | × real time | frames | memory |');
console.log('|---|---|---|---|---|---|---|---|---|');
for (const recording of recordings) {
  const running = await launch(browser);
  const { page } = running;
  await page.evaluateOnNewDocument(watch);
  await page.goto(pathToFileURL(resolve(html)).href);
  const input = await page.waitForSelector('input[type=file]');
  await new Promise((done) => { setTimeout(done, 3_000); });
  const pid = running.browser.process()?.pid ?? 0;
  const before = computed(pid);
  await /** @type {any} */ (input).uploadFile(resolve(recording));
  const look = () => page.evaluate(() => /** @type {any} */ (globalThis).seen);
  let seen = await look();
  // No single question to a browser may take as long as that.
  for (; !seen.ended; seen = await look()) await new Promise((done) => { setTimeout(done, 200); });
  const seconds = computed(pid) - before;
  const passed = (seen.last - seen.first) / 1000;
  const { sound } = seen;
  console.log(`| ${recording} | ${browser} | ${sound.seconds.toFixed(0)} s | ${seconds.toFixed(1)} s | ${(sound.seconds / seconds).toFixed(1)} | ${passed.toFixed(1)} s | ${(sound.seconds / passed).toFixed(1)} | ${sound.good} of ${sound.frames} | ${(seen.memory / 1e6).toFixed(0)} MB |`);
  await running.close();
}

/** In the page: notes what the worker tells. */
function watch() {
  const seen = { first: 0, last: 0, memory: 0, sound: /** @type {any} */ (null), ended: '' };
  Object.assign(globalThis, { seen });
  const Own = globalThis.Worker;
  globalThis.Worker = class extends Own {
    /** @param {string | URL} address */
    constructor(address) {
      super(address);
      this.addEventListener('message', ({ data }) => {
        if (data.tell !== 'state') return;
        const { memory, sound, ended, reading } = data.state;
        if (reading && !seen.first) seen.first = performance.now();
        seen.memory = Math.max(seen.memory, memory);
        seen.last = performance.now();
        seen.sound = sound ?? seen.sound;
        seen.ended = reading ? '' : ended ?? '';
      });
    }
  };
}

/**
 * Seconds that workers of a browser have computed.
 * @param {number} pid  of its first process
 */
function computed(pid) {
  /** @type {Map<number, number>} each process and its parent */
  const parents = new Map();
  for (const name of readdirSync('/proc')) {
    const parent = /^\d+$/.test(name) && fields(`/proc/${name}/stat`)?.[1];
    if (parent) parents.set(Number(name), Number(parent));
  }
  const isOurs = (/** @type {number} */ each) => {
    for (let at = each; at > 1; at = parents.get(at) ?? 0) if (at === pid) return true;
    return false;
  };
  let ticks = 0;
  for (const each of [...parents.keys()].filter(isOurs)) {
    for (const thread of list(`/proc/${each}/task`)) {
      const home = `/proc/${each}/task/${thread}`;
      if (!WORKERS.test(text(`${home}/comm`))) continue;
      const [, , , , , , , , , , , user, system] = fields(`${home}/stat`) ?? [];
      ticks += Number(user ?? 0) + Number(system ?? 0);
    }
  }
  return ticks / TICKS;
}

/** What stands behind the name in a `stat`: state, parent, … (proc(5)). @param {string} path */
function fields(path) {
  const line = text(path);
  return line ? line.slice(line.lastIndexOf(')') + 2).split(' ') : null;
}

/** @param {string} path */
function text(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** @param {string} path */
function list(path) {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
