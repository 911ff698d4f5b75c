// The reader page as a person uses it: by what is written on it.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { launch, open } from './browsers.mjs';
import { workspace } from './where.mjs';

/** @typedef {import('./browsers.mjs').Name} Name */
/** @typedef {import('./browsers.mjs').Running} Running */

/** What can be pressed. */
const PRESSABLE = 'button, a, summary, label, option, [role=button]';
/** How long anything may take to appear, in milliseconds. */
const PATIENCE = 20_000;

/**
 * The interface's words of a language.
 * @param {string} language
 * @returns {Record<string, string>}
 */
export function strings(language) {
  return JSON.parse(readFileSync(join(workspace, 'apps/page/strings', `${language}.json`), 'utf8'));
}

export class Reader {
  /** @param {Running} running */
  constructor(running) {
    this.running = running;
    this.page = running.page;
    // A page that is still reading asks whether to leave it.
    this.page.on('dialog', (dialog) => void dialog.accept());
    this.words = strings('en');
  }

  /**
   * A browser with the page in it.
   * @param {Name} name
   * @param {string} file
   * @param {import('./browsers.mjs').Options} [options]
   */
  static async start(name, file, options) {
    const reader = new Reader(await launch(name, options));
    try {
      await reader.open(file);
    } catch (error) {
      await reader.close();
      throw error;
    }
    return reader;
  }

  /**
   * Opens the page anew: nothing of before is left in it.
   * @param {string} file
   */
  async open(file) {
    this.words = strings('en');
    await this.page.goto('about:blank');
    await open(this.page, file);
    await this.until(() => document.querySelector('main h1') !== null, 'the page');
  }

  async close() {
    await this.running.close();
  }

  /** @param {string} language  of the interface, as the tests expect it from here on */
  speaks(language) {
    this.words = { ...strings('en'), ...strings(language) };
  }

  /**
   * What stands on the page for a key; where it has places for values, anything may stand there.
   * @param {string} key
   */
  pattern(key) {
    const text = this.words[key];
    if (text === undefined) throw new Error(`there are no words for ${key}`);
    const escaped = text.split(/\{\w+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return escaped.join('.*');
  }

  /**
   * Presses what is called so: as a button, link or label.
   * @param {string} key
   */
  async press(key) {
    await this.pressNamed(`^${this.pattern(key)}$`);
  }

  /** @param {string} pattern  of its name */
  async pressNamed(pattern) {
    const until = Date.now() + PATIENCE;
    for (;;) {
      const handle = await this.page.waitForFunction(find, { timeout: Math.max(1, until - Date.now()), polling: 50 }, pattern, PRESSABLE)
        .catch(() => { throw new Error(`nothing to press is called ${pattern}`); });
      try {
        const element = handle.asElement();
        if (!element) throw new Error('not an element');
        await /** @type {import('puppeteer-core').ElementHandle<Element>} */ (element).click();
        return;
      } catch (error) {
        // It was built anew meanwhile.
        if (Date.now() > until) throw new Error(`${pattern} cannot be pressed`, { cause: error });
      } finally {
        await handle.dispose().catch(() => {});
      }
    }
  }

  /**
   * Waits until what stands for a key is to be seen.
   * @param {string} key
   */
  async shows(key) {
    const pattern = this.pattern(key);
    await this.until((wanted) => new RegExp(wanted, 'u').test(document.body.innerText.replace(/[\u2066-\u2069]/g, '')), `«${this.words[key]}»`, pattern);
  }

  /**
   * @template {any[]} Arguments
   * @param {(...args: Arguments) => unknown} condition  in the page
   * @param {string} what  is waited for
   * @param {Arguments} args
   */
  async until(condition, what, ...args) {
    await this.page.waitForFunction(condition, { timeout: PATIENCE, polling: 50 }, ...args).catch(async (error) => {
      const text = await this.page.evaluate(() => document.body.innerText.slice(0, 600)).catch(() => '');
      throw new Error(`waited for ${what}; the page says:\n${text}\n${this.running.complaints.join('\n')}`, { cause: error });
    });
  }

  /** @param {...string} files  recordings */
  async pick(...files) {
    const picker = await this.page.waitForSelector('input#pick');
    if (!picker) throw new Error('nothing to choose recordings with');
    await picker.uploadFile(...files);
  }

  /**
   * Waits until reading has ended like this. The front page, which opens by itself, is left for it.
   * @param {'whole' | 'end' | 'nothing' | 'gone' | 'stopped'} how
   * @param {number} [milliseconds]
   */
  async ended(how, milliseconds = PATIENCE) {
    const until = Date.now() + milliseconds;
    const pattern = this.pattern(`receive.ended.${how}`);
    for (;;) {
      const text = await this.text();
      if (new RegExp(pattern, 'u').test(text)) return;
      if (await this.heading() !== this.words['receive.title']) await this.press('nav.receive');
      if (Date.now() > until) throw new Error(`waited for «${pattern}»; the page says:\n${text.slice(0, 600)}`);
    }
  }

  /** The heading of what is shown. */
  async heading() {
    return this.page.evaluate(() => document.querySelector('h1')?.innerText.replace(/[\u2066-\u2069]/g, '') ?? '');
  }

  /**
   * Waits for a heading that holds this.
   * @param {string} text
   */
  async headed(text) {
    await this.until((wanted) => document.querySelector('h1')?.innerText.replace(/[\u2066-\u2069]/g, '').includes(wanted), `a heading «${text}»`, text);
  }

  /** Titles on the front page. */
  async titles() {
    return this.page.$$eval('article h2', (titles) => titles.map((title) => title.innerText.trim()));
  }

  /**
   * Waits until the front page has as many articles, and shows all of them.
   * @param {number} count
   */
  async articles(count) {
    await this.until((wanted) => document.querySelectorAll('article h2').length >= wanted, `${count} articles`, count);
  }

  /**
   * Opens an article from the front page.
   * @param {string} title
   */
  async read(title) {
    await this.pressNamed(`^${title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);
    await this.headed(title);
    await this.until(() => document.querySelector('main article p') !== null, 'the article’s text');
  }

  /** @param {string} query */
  async search(query) {
    await this.page.locator('#search').fill(query);
  }

  /** @param {string} language */
  async switchTo(language) {
    await this.press('nav.receive');
    await this.page.locator(`button[lang="${language}"]`).click();
    this.speaks(language);
    await this.until((wanted) => document.documentElement.lang === wanted, `the page in ${language}`, language);
  }

  /** All the text that a person can see. */
  async text() {
    return this.page.evaluate(() => document.body.innerText.replace(/[\u2066-\u2069]/g, ''));
  }
}

/**
 * In the page: what can be seen, is not disabled and is called so.
 * @param {string} pattern
 * @param {string} pressable
 */
function find(pattern, pressable) {
  const wanted = new RegExp(pattern, 'u');
  const clean = (/** @type {string | null | undefined} */ text) => (text ?? '').replace(/[\u2066-\u2069]/g, '').replace(/\s+/g, ' ').trim();
  return [...document.querySelectorAll(pressable)].find((element) =>
    element.getClientRects().length > 0 && !(/** @type {any} */ (element).disabled)
    && [element.getAttribute('aria-label'), element.textContent, element.querySelector('strong')?.textContent].some((name) => wanted.test(clean(name)))) ?? null;
}
