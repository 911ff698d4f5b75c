// WCAG 2.2 AA as far as a program can tell; 320 px; 200 % zoom; a keyboard and nothing else.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { findings } from './rig/axe.mjs';
import { laptop, phone, setViewport, unavailable } from './rig/browsers.mjs';
import { SAMPLES } from './rig/journey.mjs';
import { Reader } from './rig/reader.mjs';
import { absent, given, needs } from './rig/where.mjs';

const LONGEST = { timeout: 180_000 };

/** Where one can be, and how to get there. @type {[string, (reader: Reader) => Promise<void>][]} */
const SCREENS = [
  ['receive', (reader) => reader.press('nav.receive')],
  ['front', async (reader) => {
    await reader.press('nav.read');
    await reader.articles(SAMPLES.count);
  }],
  ['search', async (reader) => {
    await reader.press('nav.read');
    await reader.search(SAMPLES.article.query);
    await reader.page.waitForSelector('.found button');
  }],
  ['article', async (reader) => {
    await reader.press('nav.read');
    await reader.search('');
    await reader.articles(SAMPLES.count);
    await reader.read(SAMPLES.article.title);
  }],
  ['menu', (reader) => reader.press('nav.more')],
  ...['whom', 'handon', 'places', 'guide', 'leave', 'settings'].map((name) => /** @type {[string, (reader: Reader) => Promise<void>]} */ ([name, async (reader) => {
    await reader.press('nav.more');
    await reader.press(`menu.${name}`);
  }])),
];

/** @param {Reader} reader */
async function receive(reader) {
  await reader.open(given('SKYWAVE_PAGE'));
  await reader.pick(given('SKYWAVE_RECORDING'));
  await reader.articles(SAMPLES.count);
}

const missing = unavailable('chromium');
describe('accessible', { ...missing ? absent(missing) : needs('SKYWAVE_PAGE', 'SKYWAVE_RECORDING'), timeout: 900_000 }, () => {
  for (const dark of [false, true]) {
    describe(dark ? 'dark' : 'light', () => {
      /** @type {Reader} */
      let reader;
      before(async () => {
        reader = await Reader.start('chromium', given('SKYWAVE_PAGE'), { dark });
      }, LONGEST);
      after(() => reader?.close(), LONGEST);

      for (const [language, viewport] of /** @type {[string, typeof phone | typeof laptop][]} */ ([['en', laptop], ['fa', phone]])) {
        test(`axe finds nothing on any screen, in ${language}`, LONGEST, async () => {
          await setViewport(reader.page, 'chromium', viewport);
          await receive(reader);
          await reader.switchTo(language);
          /** @type {Record<string, string[]>} */
          const found = {};
          for (const [name, go] of SCREENS) {
            await go(reader);
            const here = await findings(reader);
            if (here.length > 0) found[name] = here;
          }
          assert.deepEqual(found, {});
        });
      }
    });
  }

  describe('small, large and without a mouse', () => {
    /** @type {Reader} */
    let reader;
    before(async () => {
      reader = await Reader.start('chromium', given('SKYWAVE_PAGE'));
    }, LONGEST);
    after(() => reader?.close(), LONGEST);

    /** @type {[string, { width: number, height: number, deviceScaleFactor: number }, boolean][]} */
    const narrow = [
      ['320 px', { width: 320, height: 568, deviceScaleFactor: 1 }, false],
      ['200 % zoom', { width: laptop.width / 2, height: laptop.height / 2, deviceScaleFactor: 2 }, false],
      ['320 px with text of twice the size', { width: 320, height: 568, deviceScaleFactor: 1 }, true],
    ];
    for (const [how, viewport, large] of narrow) {
      for (const language of ['en', 'fa']) {
        test(`${how}, in ${language}: nothing is cut off at the side`, LONGEST, async () => {
          await setViewport(reader.page, 'chromium', viewport);
          await receive(reader);
          await reader.switchTo(language);
          if (large) await reader.page.evaluate(() => { document.documentElement.style.fontSize = '200%'; });
          /** @type {Record<string, string[]>} */
          const wide = {};
          for (const [name, go] of SCREENS) {
            await go(reader);
            const here = await reader.page.evaluate(overflowing);
            if (here.length > 0) wide[name] = here;
          }
          assert.deepEqual(wide, {});
        });
      }
    }

    test('the keyboard reaches everything, and shows where it is', LONGEST, async () => {
      await setViewport(reader.page, 'chromium', laptop);
      await receive(reader);
      // What is still being read changes the page under the walk.
      await reader.ended('whole');
      /** @type {Record<string, unknown>} */
      const lost = {};
      for (const [name, go] of SCREENS) {
        await go(reader);
        const { unreached, unseen } = await walk(reader);
        if (unreached.length + unseen.length > 0) lost[name] = { unreached, unseen };
      }
      assert.deepEqual(lost, {});
    });

    test('what has the focus keeps it when its surroundings are built anew', LONGEST, async () => {
      await receive(reader);
      await reader.ended('whole');
      const name = reader.words['receive.open'] ?? '';
      await tabTo(reader, name);
      await reader.page.evaluate(() => Object.assign(globalThis, { before: document.activeElement }));
      await reader.pick(given('SKYWAVE_PAGE')); // a file, and no recording
      await reader.until(() => !(/** @type {any} */ (globalThis).before.isConnected), 'another button');
      assert.equal(await reader.page.evaluate(() => document.activeElement?.textContent), name);
    });

    test('with the keyboard alone: an article, back, a search, another language, hide', LONGEST, async () => {
      const { keyboard } = reader.page;
      await receive(reader);
      await tabTo(reader, SAMPLES.article.title);
      await keyboard.press('Enter');
      await reader.headed(SAMPLES.article.title);
      await tabTo(reader, reader.words['nav.back'] ?? '');
      await keyboard.press('Enter');
      await reader.headed(SAMPLES.publisher);
      await tabTo(reader, reader.words['search.label'] ?? '');
      await keyboard.type(SAMPLES.article.query);
      // Found for all that was typed, not for its first letters.
      const found = (/** @type {string} */ query) => document.querySelector('.found mark')?.textContent?.toLowerCase() === query.toLowerCase();
      await reader.page.waitForFunction(found, {}, SAMPLES.article.query);
      await tabTo(reader, SAMPLES.article.title);
      await keyboard.press('Enter');
      await reader.headed(SAMPLES.article.title);
      await tabTo(reader, reader.words['nav.receive'] ?? '');
      await keyboard.press('Enter');
      await tabTo(reader, 'فارسی');
      await keyboard.press('Space');
      await reader.until(() => document.documentElement.lang === 'fa', 'Persian');
      reader.speaks('fa');
      await tabTo(reader, reader.words['nav.hide'] ?? '');
      await keyboard.press('Enter');
      await reader.headed(reader.words['blank.title'] ?? '');
    });
  });
});

/** In the page: elements that need scrolling to the side, but for those that scroll by themselves. */
function overflowing() {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const scrolls = (/** @type {Element | null} */ element) => {
    for (let at = element; at && at !== document.body; at = at.parentElement) {
      if (/auto|scroll|hidden|clip/.test(getComputedStyle(at).overflowX)) return true;
    }
    return false;
  };
  const wide = [...document.body.querySelectorAll('*')].filter((element) => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && (box.right > width + 1 || box.left < -1) && !scrolls(element.parentElement);
  });
  const named = wide.slice(0, 5).map((element) => `${element.localName}.${element.className}: ${element.textContent?.slice(0, 40)}`);
  return [`${document.documentElement.scrollWidth} px of ${width}`, ...named];
}

/**
 * Presses Tab once around the page.
 * @param {Reader} reader
 */
async function walk(reader) {
  const { page } = reader;
  await page.evaluate(() => {
    /** @type {any} */ (globalThis).reached = new Set();
    /** @type {any} */ (globalThis).unseen = [];
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  });
  const most = 40 + await page.$$eval('button, a[href], input, select, textarea, summary, [tabindex]', (all) => all.length);
  for (let presses = 0; presses < most; presses++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate(note)) break;
  }
  return page.evaluate(() => {
    const { reached, unseen } = /** @type {any} */ (globalThis);
    const name = (/** @type {Element} */ element) => `${element.localName}: ${element.getAttribute('aria-label') ?? element.textContent?.slice(0, 40) ?? ''}`;
    const chosen = (/** @type {Element} */ element) => element instanceof HTMLInputElement && element.type === 'radio'
      && [...reached].some((other) => other instanceof HTMLInputElement && other.name === element.name);
    const unreached = [...document.querySelectorAll('button, a[href], input, select, textarea, summary')]
      .filter((element) => element.getClientRects().length > 0 && !(/** @type {any} */ (element).disabled) && !reached.has(element) && !chosen(element))
      .map(name);
    return { unreached, unseen: unseen.map(name) };
  });
}

/** In the page: remembers what has the focus, and whether it looks so. True once around. */
function note() {
  const { reached, unseen } = /** @type {any} */ (globalThis);
  const element = document.activeElement;
  if (!element || element === document.body) return false; // the end of the page: next comes its beginning
  if (reached.has(element)) return true;
  reached.add(element);
  // A picker is shown by its label.
  const hidden = element instanceof HTMLInputElement && element.getBoundingClientRect().width <= 1;
  const shown = hidden ? element.labels?.[0] ?? element : element;
  const style = getComputedStyle(shown);
  const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1;
  if (!outlined && style.boxShadow === 'none') unseen.push(element);
  return false;
}

/**
 * Presses Tab until what has the focus is called so.
 * @param {Reader} reader
 * @param {string} name
 */
async function tabTo(reader, name) {
  for (let presses = 0; presses < 200; presses++) {
    await reader.page.keyboard.press('Tab');
    const names = await reader.page.evaluate(() => {
      const element = document.activeElement;
      const labels = element instanceof HTMLInputElement ? [...element.labels ?? []].map((label) => label.textContent) : [];
      return [element?.getAttribute('aria-label'), element?.textContent, element?.querySelector('strong')?.textContent, ...labels];
    });
    if (names.some((each) => each?.replace(/[\u2066-\u2069]/g, '').trim() === name)) return;
  }
  throw new Error(`Tab does not reach «${name}»`);
}
