// The oldest Chromium that the page has to work in: 103, as Android 6 had it; and with less than that.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { launch, phone } from './rig/browsers.mjs';
import { journey } from './rig/journey.mjs';
import { Reader } from './rig/reader.mjs';
import { given, needs } from './rig/where.mjs';

const options = { ...needs('SKYWAVE_PAGE', 'SKYWAVE_RECORDING'), timeout: 180_000 };

/** What need not be there, on the page as in its worker. */
const LESS = ['--js-flags=--no-experimental-wasm-simd'];

for (const [how, switches] of /** @type {[string, string[]][]} */ ([['', []], [', without SIMD', LESS]])) {
  test(`a recording becomes the news in Chromium 103${how}`, options, async () => {
    const reader = new Reader(await launch('chromium103', { viewport: phone, switches }));
    try {
      assert.match(await reader.running.browser.version(), /Chrome\/103\./);
      if (switches.length > 0) assert.equal(await reader.page.evaluate(vectors), false, 'SIMD is off');
      await reader.page.evaluateOnNewDocument(() => {
        // Firefox 102 has neither.
        Reflect.deleteProperty(globalThis, 'DecompressionStream');
        Reflect.deleteProperty(globalThis, 'ReadableStreamBYOBReader');
      });
      await reader.open(given('SKYWAVE_PAGE'));
      await journey(reader, given('SKYWAVE_RECORDING'));
    } finally {
      await reader.close();
    }
  });
}

/** In the page: whether WebAssembly has vectors. */
function vectors() {
  // (func (result v128) i32.const 0 i8x16.splat)
  return WebAssembly.validate(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15, 11]));
}
