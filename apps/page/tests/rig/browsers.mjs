// Three real browsers, headless, each with a profile of its own that is gone afterwards:
// Debian's Chromium, the Chromium 103 that is the page's floor, Debian's Firefox.

import { createReadStream, createWriteStream, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { pipeline } from 'node:stream/promises';
import { execFileSync } from 'node:child_process';
import { createBrotliDecompress } from 'node:zlib';
import puppeteer from 'puppeteer-core';
import { cache } from './where.mjs';

/** @typedef {'chromium' | 'chromium103' | 'firefox'} Name */
/** @typedef {import('puppeteer-core').Page} Page */

/** The phone that most of our readers have, and a small laptop. */
export const phone = { width: 360, height: 740, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
export const laptop = { width: 1280, height: 800, deviceScaleFactor: 1 };

/** Debian's, unless the environment knows better. */
const programs = {
  chromium: process.env.SKYWAVE_CHROMIUM ?? '/usr/bin/chromium',
  firefox: process.env.SKYWAVE_FIREFOX ?? '/usr/bin/firefox-esr',
};

/** How long a browser may take to start, and any single thing that is asked of it. */
const START = 60_000;
const STEP = 30_000;

/**
 * Why a browser cannot be had here, or null.
 * @param {Name} name
 */
export function unavailable(name) {
  if (name === 'chromium103') return null; // npm ci brings it.
  return existsSync(programs[name]) ? null : `${programs[name]} is not here`;
}

/**
 * @typedef {object} Options
 * @property {typeof phone | typeof laptop} [viewport]
 * @property {boolean} [dark]
 * @property {string} [language]  of the browser, as BCP 47
 * @property {string[]} [switches]  of Chromium's command line
 * @property {Record<string, string | number | boolean>} [preferences]  of Firefox
 * @property {boolean} [eager]      connects and looks up ahead, as it does for people; drivers turn that off
 *
 * @typedef {object} Running
 * @property {Name} name
 * @property {import('puppeteer-core').Browser} browser
 * @property {Page} page
 * @property {string} downloads         the folder for what the page saves
 * @property {string[]} complaints      what the console and uncaught errors said
 * @property {() => Promise<void>} close
 *
 * @param {Name} name
 * @param {Options} [options]
 * @returns {Promise<Running>}
 */
export async function launch(name, options = {}) {
  const { viewport = laptop, dark = false, language = 'en-US', eager = false, switches = [], preferences = {} } = options;
  const home = mkdtempSync(join(tmpdir(), `page-${name}-`));
  const downloads = join(home, 'downloads');
  mkdirSync(downloads);
  const leave = () => rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  process.once('exit', leave);
  let browser;
  try {
    browser = name === 'firefox'
      ? await startFirefox(home, downloads, dark, language, eager, preferences)
      : await startChromium(name, home, language, eager, switches);
    const [page] = await browser.pages();
    if (!page) throw new Error(`${name} opened without a page`);
    page.setDefaultTimeout(STEP);
    page.setDefaultNavigationTimeout(STEP);
    const complaints = listen(page);
    if (name !== 'firefox') {
      const session = await browser.target().createCDPSession();
      await session.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: downloads });
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }]);
    }
    await setViewport(page, name, viewport);
    const running = browser;
    const close = async () => {
      await end(running);
      leave();
      process.removeListener('exit', leave);
    };
    return { name, browser, page, downloads, complaints, close };
  } catch (error) {
    if (browser) await end(browser);
    leave();
    process.removeListener('exit', leave);
    throw error;
  }
}

/**
 * Firefox knows no phones: there only the size counts.
 * @param {Page} page
 * @param {Name} name
 * @param {{ width: number, height: number, deviceScaleFactor?: number, isMobile?: boolean, hasTouch?: boolean }} viewport
 */
export async function setViewport(page, name, viewport) {
  const { width, height, deviceScaleFactor = 1 } = viewport;
  await page.setViewport(name === 'firefox' ? { width, height, deviceScaleFactor } : viewport);
}

/**
 * @param {Page} page
 * @param {string} file
 */
export async function open(page, file) {
  await page.goto(pathToFileURL(file).href, { waitUntil: 'load' });
}

/**
 * Every element slower by this factor, as on an old phone. Chromium only; the thread of the page, not its workers.
 * @param {Page} page
 * @param {number} factor
 */
export async function slowDown(page, factor) {
  await page.emulateCPUThrottling(factor);
}

/**
 * Waits for a file that the page saves, whole.
 * @param {string} folder
 * @param {(name: string) => boolean} [wanted]
 * @param {number} [milliseconds]
 */
export async function saved(folder, wanted = () => true, milliseconds = 15_000) {
  const unfinished = /\.(crdownload|part|tmp)$|^\.(com|org)\./;
  const until = Date.now() + milliseconds;
  for (;;) {
    const names = readdirSync(folder);
    const found = names.filter((name) => !unfinished.test(name)).find(wanted);
    if (found && !names.some((name) => unfinished.test(name))) return join(folder, found);
    if (Date.now() > until) throw new Error(`nothing was saved in ${milliseconds} ms; there is [${names}]`);
    await new Promise((resolve) => { setTimeout(resolve, 50); });
  }
}

/** A defence that not every browser knows, and the only way to samples under the page's policy. */
const EXPECTED = /^Unrecognized Content-Security-Policy directive 'webrtc'|^Content-Security-Policy: .*‘webrtc’|ScriptProcessorNode is deprecated/;

/** @param {Page} page */
function listen(page) {
  /** @type {string[]} */
  const complaints = [];
  page.on('console', (message) => {
    if (['error', 'warn'].includes(message.type()) && !EXPECTED.test(message.text())) complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error instanceof Error ? error.message : error}`));
  return complaints;
}

/** @param {import('puppeteer-core').Browser} browser */
async function end(browser) {
  const process = browser.process();
  const closed = browser.close().catch(() => {});
  const late = new Promise((resolve) => { setTimeout(resolve, 10_000, 'late').unref(); });
  if (await Promise.race([closed, late]) === 'late') process?.kill('SIGKILL');
}

/**
 * @param {Name} name
 * @param {string} home
 * @param {string} language
 * @param {boolean} eager
 * @param {string[]} switches
 */
async function startChromium(name, home, language, eager, switches) {
  const old = name === 'chromium103';
  const executablePath = old ? await chromium103() : programs.chromium;
  return puppeteer.launch({
    executablePath,
    headless: true,
    pipe: true, // no socket that a page could find
    userDataDir: join(home, 'profile'),
    timeout: START,
    protocolTimeout: STEP * 2,
    defaultViewport: null,
    ignoreDefaultArgs: eager ? ['--disable-background-networking'] : [],
    env: { ...process.env, HOME: home, TMPDIR: home },
    args: [
      '--no-sandbox', // root in a container
      '--disable-dev-shm-usage',
      '--disable-gpu',
      '--force-color-profile=srgb',
      '--hide-scrollbars',
      // What Chromium would say by itself; puppeteer turns off the rest.
      '--disable-component-update',
      '--disable-domain-reliability',
      '--no-default-browser-check',
      '--no-service-autorun',
      `--lang=${language}`,
      ...switches,
      ...old ? ['--no-zygote', '--use-gl=swiftshader'] : [],
    ],
  });
}

/**
 * @param {string} home
 * @param {string} downloads
 * @param {boolean} dark
 * @param {string} language
 * @param {boolean} eager
 * @param {Record<string, string | number | boolean>} preferences
 */
async function startFirefox(home, downloads, dark, language, eager, preferences) {
  return puppeteer.launch({
    browser: 'firefox',
    executablePath: programs.firefox,
    headless: true,
    userDataDir: join(home, 'profile'),
    timeout: START,
    protocolTimeout: STEP * 2,
    defaultViewport: null,
    env: { ...process.env, HOME: home, TMPDIR: home, MOZ_CRASHREPORTER_DISABLE: '1' },
    extraPrefsFirefox: {
      'browser.download.folderList': 2,
      'browser.download.dir': downloads,
      'browser.download.useDownloadDir': true,
      'browser.download.always_ask_before_handling_new_types': false,
      'browser.download.manager.addToRecentDocs': false,
      'browser.helperApps.neverAsk.saveToDisk': 'application/octet-stream,application/zip,text/html,text/plain',
      'layout.css.prefers-color-scheme.content-override': dark ? 0 : 1,
      'intl.accept_languages': language,
      ...eager ? { 'network.http.speculative-parallel-limit': 20 } : {},
      // What Firefox would say by itself.
      'app.normandy.enabled': false,
      'app.update.enabled': false,
      'browser.aboutwelcome.enabled': false,
      'browser.newtabpage.activity-stream.feeds.system.topstories': false,
      'browser.newtabpage.enabled': false,
      'browser.region.network.url': '',
      'browser.safebrowsing.downloads.remote.enabled': false,
      'browser.safebrowsing.malware.enabled': false,
      'browser.safebrowsing.phishing.enabled': false,
      'browser.search.update': false,
      'browser.startup.homepage': 'about:blank',
      'captivedetect.canonicalURL': '',
      'datareporting.policy.dataSubmissionEnabled': false,
      'dom.push.connection.enabled': false,
      'extensions.systemAddon.update.enabled': false,
      'extensions.update.enabled': false,
      'geo.provider.network.url': '',
      'media.gmp-manager.updateEnabled': false,
      'network.captive-portal-service.enabled': false,
      'network.connectivity-service.enabled': false,
      'network.trr.mode': 5,
      'services.settings.server': 'data:,#remote-settings-dummy/v1',
      'toolkit.telemetry.enabled': false,
      'toolkit.telemetry.server': '',
      ...preferences,
    },
  });
}

/**
 * Unpacked once from the npm package, which ships it in brotli and tar.
 * It links with what Debian's Chromium depends on.
 */
export async function chromium103() {
  const folder = join(cache, 'chromium-103');
  const program = join(folder, 'chromium');
  if (existsSync(program)) return program;
  const packed = join(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')), '../bin');
  mkdirSync(cache, { recursive: true });
  const unfinished = mkdtempSync(join(cache, 'unpacking-'));
  try {
    for (const file of ['chromium.br', 'swiftshader.tar.br']) {
      const to = join(unfinished, basename(file, '.br'));
      await pipeline(createReadStream(join(packed, file)), createBrotliDecompress(), createWriteStream(to, { mode: 0o755 }));
      if (to.endsWith('.tar')) {
        execFileSync('tar', ['-xf', to, '-C', unfinished]);
        rmSync(to);
      }
    }
    if (!existsSync(program)) renameSync(unfinished, folder); // at once, so that it is never half there
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return program;
}
