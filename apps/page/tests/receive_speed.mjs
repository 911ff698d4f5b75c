// How fast a recording of 1 GB becomes an edition of 600 MB, in a real browser: a bench, no test.
//
//   cargo run --release -p skywave-benches --bin receive_speed 1 keep     leaves recordings in /dev/shm
//   node receive_speed.mjs PAGE.html RECORDING…                           in apps/page/tests
//
// PAGE.html believes /dev/shm/station.pub. Bytes of the recording over the time from the choice
// until the edition is whole, and the most WebAssembly memory.

import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { launch } from './rig/browsers.mjs';

const [html, ...recordings] = process.argv.slice(2);
const browser = /** @type {import('./rig/browsers.mjs').Name} */ (process.env.BROWSER ?? 'chromium');
if (!html || recordings.length === 0) throw new Error('PAGE.html RECORDING…');

console.log('| recording | browser | MB/s | seconds | front after | memory | complete |');
console.log('|---|---|---|---|---|---|---|');
for (const recording of recordings) {
  const running = await launch(browser);
  const { page } = running;
  page.setDefaultTimeout(300_000);
  await page.evaluateOnNewDocument(() => {
    const seen = { memory: 0, front: 0, whole: 0, ended: '' };
    Object.assign(globalThis, { seen });
    const Own = globalThis.Worker;
    globalThis.Worker = class extends Own {
      /** @param {string | URL} address */
      constructor(address) {
        super(address);
        this.addEventListener('message', ({ data }) => {
          if (data.tell !== 'state') return;
          const { memory, editions, ended, reading } = data.state;
          seen.memory = Math.max(seen.memory, memory);
          const [first] = editions;
          if (first?.tiers[0]?.complete > 0 && !seen.front) seen.front = performance.now();
          if (first?.complete && !seen.whole) seen.whole = performance.now();
          seen.ended = reading ? '' : ended;
        });
      }
    };
  });
  await page.goto(pathToFileURL(resolve(html)).href);
  const input = await page.waitForSelector('input[type=file]');
  await new Promise((done) => setTimeout(done, 2_000));
  const began = await page.evaluate(() => performance.now());
  await /** @type {any} */ (input).uploadFile(resolve(recording));
  // Passes over what was let go come after the end of the recording.
  await page.waitForFunction(() => /** @type {any} */ (globalThis).seen.whole > 0, { polling: 200 }).catch(() => {});
  const seen = await page.evaluate(() => /** @type {any} */ (globalThis).seen);
  const seconds = (seen.whole - began) / 1000;
  const size = statSync(recording).size;
  console.log(`| ${recording} | ${browser} | ${(size / 1e6 / seconds).toFixed(0)} | ${seconds.toFixed(1)} | ${((seen.front - began) / 1000).toFixed(2)} s | ${(seen.memory / 1e6).toFixed(0)} MB | ${seen.whole > 0} |`);
  await running.close();
}
