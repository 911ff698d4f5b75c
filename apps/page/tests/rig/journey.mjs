// What everybody does with the page, in every browser.

import assert from 'node:assert/strict';

/** What the sample newsroom has, as `samples/expected.json` says. */
export const SAMPLES = {
  publisher: 'The Halvaren Courier',
  count: 9, // in English and Persian; a page may know more languages
  article: { title: 'Town library reopens after the flood', query: 'librar', picture: true },
  persian: { title: 'انارهای ساحل تیوا رسیدند', /** With Arabic letters for the Persian ones, and none between the parts. */ query: 'انارهاي' },
};

/**
 * Picks a recording, watches it decode, reads, searches, switches language.
 * @param {import('./reader.mjs').Reader} reader
 * @param {string} recording
 */
export async function journey(reader, recording) {
  assert.equal(await reader.heading(), reader.words['receive.title']);
  await reader.shows('sends.nothing');
  await reader.pick(recording);

  // It opens by itself, as soon as the front is here.
  await reader.headed(SAMPLES.publisher);
  await reader.shows('front.edition');
  await reader.articles(SAMPLES.count);
  const titles = await reader.titles();
  for (const { title } of [SAMPLES.article, SAMPLES.persian]) assert.ok(titles.includes(title), `«${title}» is among ${titles.join(' | ')}`);

  await reader.read(SAMPLES.article.title);
  await reader.page.$eval('main article figure', (figure) => figure.scrollIntoView()); // shown when it comes near
  await reader.until(() => [...document.querySelectorAll('main article img')].some((image) => /** @type {HTMLImageElement} */ (image).naturalWidth > 100), 'its picture');
  const images = await reader.page.$$eval('main article img', (all) => all.map((image) => ({ from: image.src.slice(0, 5), alt: image.alt })));
  for (const image of images) assert.ok(image.from === 'blob:' && image.alt.length > 10, JSON.stringify(image));
  await reader.press('nav.back');
  await reader.headed(SAMPLES.publisher);

  await reader.search(SAMPLES.article.query);
  await reader.until((title) => [...document.querySelectorAll('.found button')].some((found) => found.textContent?.includes(title)), 'the article found', SAMPLES.article.title);
  await reader.search(SAMPLES.persian.query);
  await reader.until((title) => [...document.querySelectorAll('.found button')].some((found) => found.textContent?.includes(title)), 'the article found by other letters', SAMPLES.persian.title);
  await reader.search('qqqqzzzz');
  await reader.shows('search.none');
  await reader.search('');
  await reader.articles(SAMPLES.count);

  await reader.switchTo('fa');
  assert.equal(await reader.page.evaluate(() => document.documentElement.dir), 'rtl');
  await reader.press('nav.read');
  await reader.shows('front.edition');
  await reader.until(() => /[۰-۹]/.test(document.querySelector('.dateline')?.textContent ?? ''), 'Persian digits in the date');
  await reader.read(SAMPLES.persian.title);
  const { dir, lang } = await reader.page.$eval('main article', (article) => ({ dir: article.dir, lang: article.lang }));
  assert.deepEqual({ dir, lang }, { dir: 'rtl', lang: 'fa' });
  assert.deepEqual(reader.running.complaints, []);
}
