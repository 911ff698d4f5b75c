// docs/images/page-*.png: front page and article, in English and Persian, phone and laptop, light and dark.
//
// SKYWAVE_PAGE_FONTS=… SKYWAVE_RECORDING=… node screenshots.mjs [FOLDER]

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { laptop, phone } from './rig/browsers.mjs';
import { SAMPLES } from './rig/journey.mjs';
import { fewerColours } from './rig/png.mjs';
import { Reader } from './rig/reader.mjs';
import { given, workspace } from './rig/where.mjs';

const folder = process.argv[2] ?? join(workspace, 'docs/images');
mkdirSync(folder, { recursive: true });

for (const dark of [false, true]) {
  for (const [device, viewport] of /** @type {[string, typeof phone | typeof laptop][]} */ ([['phone', phone], ['laptop', { ...laptop, height: 720 }]])) {
    const reader = await Reader.start('chromium', given('SKYWAVE_PAGE_FONTS'), { dark, viewport: { ...viewport, deviceScaleFactor: 1 } });
    try {
      for (const [language, { title }] of /** @type {[string, { title: string }][]} */ ([['en', SAMPLES.article], ['fa', SAMPLES.persian]])) {
        await reader.open(given('SKYWAVE_PAGE_FONTS'));
        await reader.pick(given('SKYWAVE_RECORDING'));
        await reader.articles(SAMPLES.count);
        await reader.switchTo(language);
        await reader.press('nav.read');
        await reader.articles(SAMPLES.count);
        const spoken = await reader.page.$(`[data-chip="language"] bdi[lang="${language}"]`);
        await spoken?.click();
        for (const [screen, go] of /** @type {[string, () => Promise<void>][]} */ ([['front', async () => {}], ['article', () => reader.read(title)]])) {
          await go();
          await reader.page.evaluate(() => { scrollTo(0, 0); (/** @type {any} */ (document.activeElement))?.blur(); });
          await reader.until(settled, 'the pictures that are in view');
          await reader.page.evaluate(drawn);
          const name = `page-${screen}-${language}-${device}-${dark ? 'dark' : 'light'}.png`;
          const small = fewerColours(Buffer.from(await reader.page.screenshot({ type: 'png' })));
          writeFileSync(join(folder, name), small);
          console.log(`${name}  ${small.length} bytes`);
        }
      }
    } finally {
      await reader.close();
    }
  }
}

/** In the page: fonts are here, and so are the pictures in view. */
function settled() {
  const inView = (/** @type {Element} */ element) => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.bottom > 0 && box.top < innerHeight;
  };
  const frames = [...document.querySelectorAll('figure, .frame')].filter(inView);
  const images = [...document.images].filter(inView);
  return document.fonts.status === 'loaded' && frames.every((frame) => frame.querySelector('img')) && images.every((image) => image.complete && image.naturalWidth > 0);
}

/** In the page: pictures are decoded, and a frame with them has been drawn. */
async function drawn() {
  await Promise.all([...document.images].filter((image) => image.complete).map((image) => image.decode().catch(() => {})));
  for (let frames = 0; frames < 2; frames++) await new Promise((resolve) => { requestAnimationFrame(resolve); });
}
