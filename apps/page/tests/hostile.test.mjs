// Nothing gets out, and nothing gets in: hostile articles in the page, in a network namespace that sees every packet.

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before, describe, test } from 'node:test';
import { control, hosts } from './pages/control.mjs';
import { unavailable } from './rig/browsers.mjs';
import { hostile } from './rig/files.mjs';
import { beyond, inNamespace, noNamespace, target } from './rig/leak.mjs';
import { absent, given, needs } from './rig/where.mjs';

const LONGEST = { timeout: 900_000 };
/** Packets are waited for as long after everything has been tried, in milliseconds; the control page needs less. */
const QUIET = 5_000;
/** The longest that the page may not answer, in milliseconds. */
const FREEZE = 1_000;

/** Further recordings with hostile editions in them, each of one publisher: a folder. */
const folderOfMore = process.env.SKYWAVE_HOSTILE;

const script = (/** @type {string} */ name) => fileURLToPath(new URL(`rig/steps/${name}.mjs`, import.meta.url));
const namespace = await noNamespace();

for (const browser of /** @type {const} */ (['chromium', 'firefox'])) {
  const missing = unavailable(browser) ?? namespace;

  describe(browser, { ...missing ? absent(missing) : {}, ...LONGEST }, () => {
    /** @type {string} */
    let folder;
    before(() => { folder = mkdtempSync(join(tmpdir(), 'page-hostile-')); });
    after(() => rmSync(folder, { recursive: true, force: true }));

    test('a page without defences leaks through every way that we know', LONGEST, async (context) => {
      const file = join(folder, 'control.html');
      writeFileSync(file, control());
      const wanted = hosts(browser);
      const [report] = await inNamespace([{ name: 'control', browser, script: script('poke'), until: wanted, quiet: 20_000, with: { file } }]);
      assert.equal(report?.error, undefined);
      const called = new Set(report?.seen.map(({ name }) => name));
      assert.deepEqual(wanted.filter((host) => !called.has(host)), [], 'hosts that nobody called: this test would not see it');
      context.diagnostic(`${wanted.length} ways out, the last one seen ${report?.took} ms after the script; with ${new Set(report?.seen.map(target)).size} destinations`);
      assert.ok((report?.took ?? Infinity) < QUIET, `${report?.took} ms: wait longer than ${QUIET} for silence`);
    });

    test('the page sends nothing, whatever is in the news', { ...LONGEST, ...needs('SKYWAVE_PAGE', 'SKYWAVE_RECORDING', 'SKYWAVE_BIN') }, async (context) => {
      const page = given('SKYWAVE_PAGE');
      const more = folderOfMore ? readdirSync(folderOfMore).sort().map((name) => join(folderOfMore, name)) : [];
      const recordings = [given('SKYWAVE_RECORDING'), hostile(folder).whole, ...more];
      const blank = join(folder, 'blank.html');
      writeFileSync(blank, '<!doctype html><title>Blank</title><input>');
      const steps = recordings.map((recording) => ({
        name: recording, browser, script: script('read'), until: [], quiet: QUIET, with: { page, recording },
      }));
      // As long as the longest of them, so that what the browser does by itself in that time is seen.
      const reports = await inNamespace([...steps, { name: 'blank', browser, script: script('stay'), until: [], quiet: QUIET, with: { file: blank }, like: true }]);
      const own = reports.at(-1);
      if (!own) throw new Error('no report of the blank page');
      assert.equal(own.error, undefined);
      context.diagnostic(`the browser by itself: ${[...new Set(own.seen.map(target))].join(', ') || 'nothing'}`);
      for (const report of reports.slice(0, -1)) {
        assert.equal(report.error, undefined, report.name);
        const { articles, longest, ran } = report.value;
        context.diagnostic(`${report.name}: ${articles} articles opened in ${report.lasted} ms, never longer silent than ${Math.round(longest)} ms`);
        assert.deepEqual(beyond(report, own), [], `${report.name}: packets`);
        assert.ok(articles > 0, `${report.name}: nothing was read`);
        assert.deepEqual(ran, [], `${report.name}: this ran`);
        assert.ok(longest <= FREEZE, `${report.name}: nothing moved for ${longest} ms`);
      }
    });
  });
}
