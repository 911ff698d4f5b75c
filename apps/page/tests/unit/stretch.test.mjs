// Files read in order and ahead, with byte streams and without.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Stretch } from '../../web/stretch.js';

const ALL = Uint8Array.from({ length: 300_001 }, (_, i) => i * i % 251);

/** A file as browsers without byte streams for files have it. @param {Uint8Array} bytes */
function plain(bytes) {
  const blob = new Blob([bytes]);
  return Object.assign(blob, {
    /** @param {number} from @param {number} [to] */
    slice: (from, to) => {
      const part = new Blob([bytes.slice(from, to)]);
      return Object.assign(part, { stream: () => new ReadableStream({}) });
    },
  });
}

/** A file with byte streams, as browsers give them: in pieces of their own. @param {Uint8Array} bytes */
function streaming(bytes) {
  const blob = new Blob([bytes]);
  return Object.assign(blob, {
    /** @param {number} from @param {number} [to] */
    slice: (from, to) => {
      let rest = bytes.slice(from, to);
      const stream = () => new ReadableStream({
        type: 'bytes',
        pull(controller) {
          const { byobRequest } = controller;
          const view = /** @type {Uint8Array} */ (byobRequest?.view);
          const count = Math.min(view.byteLength, rest.length, 7_001);
          new Uint8Array(view.buffer, view.byteOffset, count).set(rest.subarray(0, count));
          rest = rest.subarray(count);
          if (count === 0) controller.close();
          byobRequest?.respond(count);
        },
      });
      return Object.assign(new Blob([bytes.slice(from, to)]), { stream });
    },
  });
}

for (const [how, made] of /** @type {[string, (bytes: Uint8Array) => Blob][]} */ ([['byte streams', streaming], ['slices', plain]])) {
  test(`in order and whole, whatever the pieces: ${how}`, async () => {
    for (const begin of [0, 12_345, ALL.length]) {
      const stretch = new Stretch(made(ALL), begin);
      assert.equal(stretch.reader !== null, made === streaming);
      const lengths = [65_536, 65_536, 1_000, 65_536, 20_000];
      /** @type {number[]} */
      const got = [];
      for (let i = 0; ; i++) {
        const bytes = await stretch.take(lengths[i % lengths.length] ?? 1);
        assert.ok(bytes);
        got.push(...bytes);
        if (bytes.length === 0) break;
      }
      assert.deepEqual(Uint8Array.from(got), ALL.slice(begin));
      assert.equal(stretch.at, ALL.length);
    }
  });

  test(`ended, it gives nothing: ${how}`, async () => {
    const stretch = new Stretch(made(ALL), 0);
    await stretch.take(1_000);
    stretch.end();
    assert.equal(await stretch.take(1_000), null);
  });
}

test('what cannot be read is said, and not thrown', async () => {
  const gone = Object.assign(new Blob([ALL]), {
    slice: () => Object.assign(new Blob([]), {
      stream: () => new ReadableStream({ type: 'bytes', pull: (controller) => controller.error(new Error('gone')) }),
    }),
  });
  assert.equal(await new Stretch(gone, 0).take(1_000), null);
});
