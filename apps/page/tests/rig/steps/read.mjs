// Reads all that is in a recording with the reader page, and tries whatever reacts.

import { Reader } from '../reader.mjs';
import { pokeAll } from './poke.mjs';

/** Articles opened of each edition. */
const ARTICLES = 12;

/**
 * @param {import('../browsers.mjs').Running} running
 * @param {{ page: string, recording: string }} what
 * @returns {Promise<{ articles: number, longest: number, ran: string[] }>}
 */
export default async function read(running, { page, recording }) {
  const reader = new Reader(running);
  await running.page.evaluateOnNewDocument(guard);
  await reader.open(page);
  await reader.pick(recording);
  await trust(reader);
  await reader.articles(1);
  const all = (await reader.titles()).length;
  let articles = 0;
  for (; articles < Math.min(all, ARTICLES); articles++) {
    await running.page.$$eval('article h2 button', (titles, at) => titles[at]?.click(), articles);
    await reader.until(() => document.querySelector('main article h1') !== null, 'an article');
    await running.page.$$eval('main article figure', (figures) => figures.forEach((figure) => figure.scrollIntoView()));
    await pokeAll(running.page, 'main button, main a, main summary, main p, main figure');
    await reader.press('nav.read');
    await reader.articles(1);
  }
  await reader.search('leak');
  await reader.until(() => document.querySelector('.results')?.hasAttribute('hidden') === false, 'what is found');
  for (const screen of ['whom', 'places', 'handon']) {
    await reader.press('nav.more');
    await reader.press(`menu.${screen}`);
  }
  await reader.press('handon.html');
  await reader.shows('handon.saved');
  const { longest, ran } = await running.page.evaluate(() => /** @type {any} */ (globalThis).guarded);
  return { articles, longest, ran };
}

/**
 * Opens whoever has been heard and is not trusted.
 * @param {Reader} reader
 */
async function trust(reader) {
  await reader.until(() => document.querySelector('.masthead, .call button') !== null, 'news, or somebody heard');
  if (await reader.page.$('.masthead')) return;
  await reader.press('receive.heard.open');
  await reader.press('whom.same');
  await reader.press('whom.open');
}

/** In the page, before all else: notes what runs that should not, and the longest time in which nothing did. */
function guard() {
  /** @type {{ longest: number, ran: string[] }} */
  const guarded = /** @type {any} */ (globalThis).guarded = { longest: 0, ran: [] };
  for (const name of ['alert', 'confirm', 'prompt', 'open']) {
    Object.defineProperty(globalThis, name, { value: () => { guarded.ran.push(name); } });
  }
  globalThis.print = () => {}; // its dialogue would wait for a person
  // What hostile markup would call.
  Object.defineProperty(globalThis, 'hacked', { value: (/** @type {string} */ how) => { guarded.ran.push(how); } });
  let last = performance.now();
  setInterval(() => {
    const now = performance.now();
    // A page in the background is slowed down to a second by the browser itself.
    if (!document.hidden) guarded.longest = Math.max(guarded.longest, now - last);
    last = now;
  }, 20);
}
