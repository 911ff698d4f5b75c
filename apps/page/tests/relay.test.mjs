// What a relay serves, in Chromium on the smallest phone: it fits, its own policy stops nothing of it, axe
// finds nothing, and its files are saved.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { findings } from './rig/axe.mjs';
import { launch, phone } from './rig/browsers.mjs';
import { given, needs } from './rig/where.mjs';

const options = { ...needs('SKYWAVE_BIN', 'SKYWAVE_RECORDING'), timeout: 180_000 };
const SMALLEST = { ...phone, width: 320, height: 568 };

/**
 * A relay of the sample newsroom's recording.
 * @returns {Promise<{ address: string, stop: () => void }>}
 */
async function relay() {
  const folder = dirname(given('SKYWAVE_RECORDING'));
  const inbox = mkdtempSync(join(tmpdir(), 'relay-'));
  const words = ['relay', join(folder, 'whole.ts'), '-i', inbox, '--trust', join(folder, 'station/station.pub'), '--listen', '127.0.0.1:0', '--captive', '--json'];
  const child = spawn(given('SKYWAVE_BIN'), words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const stop = () => {
    child.kill();
    rmSync(inbox, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  let address = '';
  for await (const line of createInterface({ input: child.stdout })) {
    const said = JSON.parse(line);
    if (said.event === 'listening') address = said.address;
    if (said.event === 'offered' && said.complete) return { address, stop };
  }
  stop();
  throw new Error('the relay ended before it had an edition');
}

test('the pages of a relay fit the smallest phone and say what axe wants', options, async () => {
  const { address, stop } = await relay();
  const running = await launch('chromium', { viewport: SMALLEST });
  const { page, complaints } = running;
  try {
    for (const path of ['', 'in/fa', 'in/ar', 'start']) {
      await page.goto(`${address}${path}`, { waitUntil: 'load' });
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.equal(width, SMALLEST.width, `/${path} has to be scrolled sideways`);
      assert.deepEqual(await findings(/** @type {any} */ ({ page })), [], `/${path}`);
    }
    assert.equal(await page.$('a'), null, 'nothing in the captive page leads anywhere');
    await page.goto(address, { waitUntil: 'load' });
    await Promise.all([page.waitForNavigation(), page.click('a.go')]);
    await page.waitForSelector('.card img');
    await Promise.all([page.waitForNavigation(), page.click('.card a')]);
    assert.ok((await page.$('article h1')) !== null, 'an article opens');
    const drawn = await page.evaluate(() => [...document.images].every((image) => image.complete && image.naturalWidth > 0));
    assert.ok(drawn, 'with its pictures');
    assert.deepEqual(complaints, []);
  } finally {
    await running.close();
    stop();
  }
});
