// Recordings, made with the program: of the sample newsroom, of one with many articles, damaged or whole.

import { execFileSync } from 'node:child_process';
import { closeSync, copyFileSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { given, workspace } from './where.mjs';

const BITRATE = '2M';
/** How long the program may take for anything. */
const LONGEST = 180_000;

/**
 * Runs `skywave`.
 * @param {...string} words
 */
export function skywave(...words) {
  return execFileSync(given('SKYWAVE_BIN'), [...words], { cwd: workspace, timeout: LONGEST, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/**
 * @typedef {object} Newsroom
 * @property {string} station  its folder
 * @property {string} key      of its root, in hexadecimal
 * @property {string} whole    a recording of every lap, undamaged
 */

/**
 * The sample newsroom, on air.
 * @param {string} folder  where to make it
 * @returns {Newsroom}
 */
export function courier(folder) {
  return onAir(folder, 'The Halvaren Courier', ['samples/feed.xml', 'samples/leads.xml', 'samples/articles'], join(workspace, 'xtask/station.toml'));
}

/** As many as the program takes of one feed. */
const PER_FEED = 500;

/**
 * A newsroom with many articles of 250 invented words each. Number 17 of them ends in «mark17».
 * @param {string} folder
 * @param {number} count
 * @returns {Newsroom}
 */
export function library(folder, count) {
  const random = seeded(7);
  /** @template T @param {T[]} from */
  const one = (from) => /** @type {T} */ (from[Math.floor(random() * random() * from.length)]);
  const syllables = 'ba do ri ne ku ta lo mi sha ve po ra ti gu len sor mar kin del fa'.split(' ');
  const stock = Array.from({ length: 4000 }, (_, number) => Array.from({ length: 2 + (number % 3) }, () => one(syllables)).join(''));
  const words = (/** @type {number} */ many) => Array.from({ length: many }, () => one(stock)).join(' ');
  const now = Math.floor(Date.now() / 3_600_000) * 3_600_000;
  const feeds = [];
  for (let from = 0; from < count; from += PER_FEED) {
    const items = Array.from({ length: Math.min(PER_FEED, count - from) }, (_, at) => `<item><title>Notice ${from + at}: ${words(6)}</title>
<guid isPermaLink="false">notice-${from + at}</guid><pubDate>${new Date(now - (from + at) * 60_000).toUTCString()}</pubDate>
<description>${words(18)}.</description>
<content:encoded><![CDATA[${Array.from({ length: 5 }, () => `<p>${words(50)}.</p>`).join('')}<p>Its sign is mark${from + at}.</p>]]></content:encoded></item>`);
    const feed = join(folder, `library-${from}.xml`);
    writeFileSync(feed, `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>Library</title><link>https://library.example/</link><description>Many notices</description><language>en</language>
${items.join('\n')}</channel></rss>`);
    feeds.push(feed);
  }
  return onAir(folder, 'Library', feeds);
}

/**
 * @param {string} folder
 * @param {string} name
 * @param {string[]} sources
 * @param {string} [settings]  a station.toml
 * @returns {Newsroom}
 */
function onAir(folder, name, sources, settings) {
  const station = join(folder, 'station');
  const whole = join(folder, 'whole.ts');
  skywave('init', station, '--name', name, '--no-passphrase');
  if (settings) copyFileSync(settings, join(station, 'station.toml'));
  skywave('publish', '-s', station, ...sources);
  skywave('send', 'ts', '-s', station, '--bitrate', BITRATE, '--laps', '2', '--no-slate', '-o', whole);
  return { station, key: keyOf(station), whole };
}

/**
 * A newsroom that means harm, as far as the program lets it: markup in every field, as text, and addresses of
 * hosts that must never be called.
 * @param {string} folder
 * @returns {Newsroom}
 */
export function hostile(folder) {
  const host = (/** @type {string} */ way) => `${way}.hostile.example`;
  const text = (/** @type {string} */ markup) => markup.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
  const markup = [
    `<script>hacked("script")</script>`,
    `<img src="http://${host('img')}/a.png" onerror="hacked('onerror')">`,
    `<svg onload="hacked('svg')"><image href="http://${host('svg')}/a.png"/></svg>`,
    `<iframe src="http://${host('iframe')}/"></iframe>`,
    `<iframe srcdoc="<script>parent.hacked('srcdoc')</script>"></iframe>`,
    `<link rel=preconnect href="http://${host('preconnect')}/"><link rel=dns-prefetch href="http://${host('dns')}/">`,
    `<meta http-equiv=refresh content="0; url=http://${host('refresh')}/">`,
    `<style>@import "http://${host('css')}/a.css"; body { background: url(http://${host('background')}/) }</style>`,
    `<a href="javascript:hacked('address')" ping="http://${host('ping')}/">here</a>`,
    `<form action="http://${host('form')}/"><button>here</button></form>`,
    `<base href="http://${host('base')}/">`,
    `\u202egnp.exe\u202c \u2066one\u2069 \u200b\u0007`,
    `</title></style></script></noscript><script>hacked("closed")</script>`,
  ];
  const links = ['http', 'https', 'ftp', 'wss', 'stun', 'mailto', 'intent', 'javascript', 'data', 'file'].map((scheme) =>
    `<p><a href="${scheme}://${host(`link-${scheme}`)}/leak">leak by ${scheme}</a></p>`);
  const items = markup.map((each, number) => `<item><title>leak ${number} ${text(text(each))}</title>
<guid isPermaLink="false">hostile-${number}</guid><link>http://${host(`source-${number}`)}/</link>
<pubDate>${new Date(Date.now() - number * 60_000).toUTCString()}</pubDate><category>${text(text(each))}</category><dc:creator>${text(text(each))}</dc:creator>
<description>${text(text(each))}</description>
<content:encoded>${text(`<p>leak: ${text(each)}</p>${each}<pre>${text(each)}</pre><table><tr><th>${text(each)}</th></tr><tr><td>${text(each)}</td></tr></table>${links.join('')}`)}</content:encoded></item>`);
  const feed = join(folder, 'hostile.xml');
  writeFileSync(feed, `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
<title>Hostile</title><link>https://hostile.example/</link><description>leak</description><language>en</language>
${items.join('\n').replace(/[\u0000-\u0008]/g, '')}</channel></rss>`);
  return onAir(folder, '<img src=http://name.hostile.example onerror=hacked("name")>', [feed]);
}

/** What the station of {@link wireless} says, and how long it takes at most to say it. */
export const WIRELESS = { publisher: 'Radio Halvaren', title: 'The ferry runs again', text: 'every half hour from six in the morning', seconds: 60 };

/**
 * A station on shortwave with two short articles.
 * @param {string} folder  where to make it
 * @returns {{ sound: string, page: string, strange: string }} a minute of it as WAV, a page that believes it, one that does not
 */
export function wireless(folder) {
  const named = (/** @type {string} */ end) => join(folder, `wireless${end}`);
  const [station, feed, sound, page, strange] = [named(''), named('.xml'), named('.wav'), named('.html'), named('-strange.html')];
  writeFileSync(feed, `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>Wireless</title><link>https://wireless.example/</link><description>Little news</description><language>en</language>
<item><title>${WIRELESS.title}</title><guid isPermaLink="false">1</guid><description>Every half hour.</description>
<content:encoded><![CDATA[<p>The ferry across the river runs again, ${WIRELESS.text}.</p>]]></content:encoded></item>
<item><title>The market moves to the square</title><guid isPermaLink="false">2</guid><description>On Saturdays until spring.</description>
<content:encoded><![CDATA[<p>Until spring the market is held on the square, on Saturdays.</p>]]></content:encoded></item></channel></rss>`);
  skywave('init', station, '--name', WIRELESS.publisher, '--no-passphrase');
  skywave('publish', '-s', station, feed);
  skywave('send', 'radio', '-s', station, '--mode', 'shortwave-steady', '--bare', '--fresh', '--minutes', String(WIRELESS.seconds / 60), '-o', sound);
  skywave('page', '-o', page, '--trust', keyOf(station), '--lang', 'en', 'fa', '--no-fonts');
  skywave('page', '-o', strange, '--lang', 'en', '--no-fonts');
  return { sound, page, strange };
}

/**
 * The station of {@link wireless}, as recorders of phones write it.
 * @param {string} folder  where that is
 * @returns {{ voice: string, recorder: string, narrow: string, cut: string, other: string, long: string }}
 *   a voice message in Opus, AAC in an MP4 whose table stands last, AMR; one whose table was never written,
 *   one of a kind that is not decoded, one of half an hour with nothing in it
 */
export function recorded(folder) {
  const named = (/** @type {string} */ end) => join(folder, `recorded${end}`);
  const [wav, low, voice, recorder, narrow, cut, other, long] =
    ['.wav', '-low.wav', '.ogg', '.m4a', '.amr', '-cut.m4a', '.wma', '-long.m4a'].map(named);
  for (const [mode, minutes, to] of /** @type {[string, string, string][]} */ ([['shortwave', '1.5', wav], ['local', '2', low]])) {
    skywave('send', 'radio', '-s', join(folder, 'wireless'), '--mode', mode, '--bare', '--fresh', '--minutes', minutes, '-o', to);
  }
  run('ffmpeg', '-v', 'error', '-i', wav, '-c:a', 'libopus', '-b:a', '24k', '-application', 'voip', voice);
  run('ffmpeg', '-v', 'error', '-i', wav, '-ar', '44100', '-b:a', '64k', recorder);
  run('sox', low, '-r', '8000', '-C', '7', '-t', 'amr-nb', narrow);
  run('ffmpeg', '-v', 'error', '-i', wav, other);
  run('ffmpeg', '-v', 'error', '-f', 'lavfi', '-i', 'anoisesrc=a=0.05:r=16000:d=1800', '-b:a', '24k', long);
  const whole = readFileSync(recorder);
  writeFileSync(cut, whole.subarray(0, whole.length * 0.9));
  return { voice, recorder, narrow, cut, other, long };
}

/** @param {string} program @param {...string} words */
function run(program, ...words) {
  execFileSync(program, words, { timeout: LONGEST, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** @param {string} station */
function keyOf(station) {
  const key = readFileSync(join(station, 'station.pub'), 'utf8').match(/\b[0-9a-f]{64}\b/)?.[0];
  if (!key) throw new Error(`no key in ${station}/station.pub`);
  return key;
}

/** Of a transport stream. */
const CELL = 188;

/**
 * Joined late, left early, and a share of the cells lost in bursts.
 * @param {string} from
 * @param {string} to
 * @param {{ share?: number, begin?: number, end?: number, seed?: number }} [how]
 */
export function damage(from, to, { share = 0.1, begin = 0.05, end = 0.05, seed = 19 } = {}) {
  const bytes = readFileSync(from);
  const random = seeded(seed);
  const burst = 400;
  const cells = Math.floor(bytes.length / CELL);
  /** @type {Buffer[]} */
  const kept = [];
  for (let cell = Math.floor(cells * begin); cell < cells * (1 - end); cell += burst) {
    if (random() >= share) kept.push(bytes.subarray(cell * CELL, (cell + burst) * CELL));
  }
  writeFileSync(to, Buffer.concat(kept));
}

/**
 * A recording with nothing of ours in it: a stream of empty cells.
 * @param {string} to
 * @param {number} [bytes]
 */
export function nothing(to, bytes = 2_000_000) {
  const cell = Buffer.alloc(CELL, 0xff);
  cell.set([0x47, 0x1f, 0xff, 0x10]); // ISO/IEC 13818-1: null packets
  const file = openSync(to, 'w');
  for (let at = 0; at < bytes; at += CELL) writeSync(file, cell);
  closeSync(file);
}

/**
 * Numbers from 0 to 1, the same for the same seed (mulberry32).
 * @param {number} seed
 */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
