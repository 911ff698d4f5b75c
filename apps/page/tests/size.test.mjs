// A page that is handed on by Bluetooth has to be small: 900 kB, 1.1 MB with fonts, and 400 kB for radio.

import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { test } from 'node:test';
import { given, needs } from './rig/where.mjs';

/** @type {[variable: 'SKYWAVE_PAGE' | 'SKYWAVE_PAGE_FONTS', most: number][]} */
const marks = [['SKYWAVE_PAGE', 1_300_000], ['SKYWAVE_PAGE_FONTS', 1_500_000]];

for (const [variable, most] of marks) {
  test(`${variable} is at most ${most} bytes`, needs(variable), (context) => {
    const { size } = statSync(given(variable));
    context.diagnostic(`${size} bytes`);
    assert.ok(size <= most, `${size} bytes`);
  });
}
