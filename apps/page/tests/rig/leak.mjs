// What a page sends, when nothing may be sent. Browsers run in a network namespace of their own, in which every
// name resolves, and `wire.py` sees every question, connection and datagram.
//
// `inNamespace` runs this very file once more inside, with the steps to take as JSON; it prints a report.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { launch } from './browsers.mjs';

/**
 * @typedef {object} Seen
 * @property {string} kind  dns, mdns, tcp, udp
 * @property {string} to
 * @property {number} port
 * @property {string} [name]  what it asked for, or whose address this is
 *
 * @typedef {object} Step
 * @property {string} name
 * @property {import('./browsers.mjs').Name} browser
 * @property {string} script    module whose default export is given the page, and this step
 * @property {string[]} until   names that end the step early once they have all been asked for; none: it lasts
 * @property {number} quiet     milliseconds that are waited for packets after the script is done
 * @property {boolean} [like]     it lasts as long as the longest step before it, the browser's start counted
 * @property {any} [with]       whatever the script needs
 *
 * @typedef {object} Report
 * @property {string} name
 * @property {import('./browsers.mjs').Name} browser
 * @property {Seen[]} seen
 * @property {number} took      milliseconds from the script's end to the last of `until`
 * @property {number} lasted    milliseconds in all
 * @property {any} value        what the script gave
 * @property {string} [error]
 */

/** For everything that is done in there. */
const LONGEST = 600;

/** Why there can be no namespace here, or null. */
export async function noNamespace() {
  const { code, stderr } = await output('unshare', [...NAMESPACE, 'python3', '-c',
    'import socket; socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM)'], 10);
  return code === 0 ? null : `no network namespace can be made here: ${stderr.trim() || `exit status ${code}`}`;
}

/** As its root, with mounts and processes of its own: all of them end with the first. */
const NAMESPACE = ['--user', '--map-root-user', '--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];

/**
 * Takes the steps in one namespace, one after the other.
 * @param {Step[]} steps
 * @returns {Promise<Report[]>}
 */
export async function inNamespace(steps) {
  const folder = mkdtempSync(join(tmpdir(), 'page-leak-'));
  try {
    writeFileSync(join(folder, 'steps.json'), JSON.stringify(steps));
    const { code, stdout, stderr } = await output(
      'unshare', [...NAMESPACE, process.execPath, fileURLToPath(import.meta.url), folder], LONGEST);
    const reports = stdout.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
    if (code !== 0 || reports.length !== steps.length) {
      throw new Error(`${reports.length} of ${steps.length} steps were taken, exit status ${code}\n${stderr}${stdout}`);
    }
    return reports;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Where a packet goes, as people name it.
 * @param {Seen} seen
 */
export function target(seen) {
  if (seen.kind === 'dns' || seen.kind === 'mdns') return `${seen.kind} ${seen.name}`;
  return `${seen.kind} ${seen.name ?? seen.to}:${seen.port}`;
}

/**
 * All that was seen but for what goes where the browser by itself goes too.
 * @param {Report} report
 * @param {Report} blank  the same browser with a blank page
 */
export function beyond(report, blank) {
  const own = new Set(blank.seen.map(target));
  return [...new Set(report.seen.map(target))].filter((each) => !own.has(each));
}

/**
 * @param {string} program
 * @param {string[]} words
 * @param {number} seconds
 * @returns {Promise<{ code: number | null, stdout: string, stderr: string }>}
 */
function output(program, words, seconds) {
  return new Promise((resolve, reject) => {
    const child = spawn('timeout', ['--kill-after=5', `${seconds}`, program, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (data) => { stdout += data; });
    child.stderr.on('data', (data) => { stderr += data; });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

// From here on: inside.

/** @param {string} folder */
async function inside(folder) {
  const { readFileSync } = await import('node:fs');
  const steps = /** @type {Step[]} */ (JSON.parse(readFileSync(join(folder, 'steps.json'), 'utf8')));
  const wire = new Wire();
  const resolver = await wire.ready;
  await resolveWith(resolver, folder);
  let longest = 0;
  for (const step of steps) {
    const report = await take(step, wire, step.like ? longest : 0);
    longest = Math.max(longest, report.lasted);
    console.log(JSON.stringify(report));
  }
  await wire.end();
}

/**
 * @param {Step} step
 * @param {Wire} wire
 * @param {number} least  milliseconds that it lasts
 * @returns {Promise<Report>}
 */
async function take(step, wire, least) {
  wire.seen = [];
  const start = Date.now();
  const report = { name: step.name, browser: step.browser, seen: wire.seen, took: 0, lasted: 0, value: null };
  const { default: script } = await import(pathToFileURL(step.script).href);
  const running = await launch(step.browser, { eager: true });
  // Firefox is driven over a socket: that one is ours.
  const driven = step.browser === 'firefox' ? Number(new URL(running.browser.wsEndpoint()).port) : 0;
  try {
    report.value = await script(running, step.with) ?? null;
    const began = Date.now();
    const asked = () => wire.seen.filter((seen) => seen.name).map((seen) => seen.name);
    await wire.until(() => step.until.length > 0 && step.until.every((name) => asked().includes(name)), Math.max(step.quiet, start + least - began));
    report.took = Date.now() - began;
    report.lasted = Date.now() - start;
  } catch (error) {
    return { ...report, error: error instanceof Error ? error.stack : String(error) };
  } finally {
    await running.close();
  }
  report.seen = wire.seen.filter((seen) => !(seen.kind === 'tcp' && seen.to === '127.0.0.1' && seen.port === driven));
  return report;
}

class Wire {
  constructor() {
    /** @type {Seen[]} */
    this.seen = [];
    this.child = spawn('python3', [fileURLToPath(new URL('wire.py', import.meta.url))], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.closed = new Promise((resolve) => { this.child.on('close', resolve); });
    /** @type {() => void} */
    this.changed = () => {};
    /** @type {Promise<string>} */
    this.ready = new Promise((resolve, reject) => {
      this.child.on('close', () => reject(new Error('wire.py ended')));
      createInterface(this.child.stdout).on('line', (line) => {
        const seen = JSON.parse(line);
        if (seen.kind === 'ready') return resolve(seen.resolver);
        this.seen.push(seen);
        this.changed();
      });
    });
  }

  /**
   * @param {() => boolean} enough
   * @param {number} milliseconds
   */
  async until(enough, milliseconds) {
    if (enough()) return;
    await new Promise((resolve) => {
      const late = setTimeout(resolve, milliseconds, false);
      this.changed = () => {
        if (!enough()) return;
        clearTimeout(late);
        resolve(true);
      };
    });
    this.changed = () => {};
  }

  async end() {
    this.child.stdin.end();
    await this.closed;
  }
}

/**
 * Only in here: the mounts are the namespace's own.
 * @param {string} resolver
 * @param {string} folder
 */
async function resolveWith(resolver, folder) {
  const files = {
    '/etc/resolv.conf': `nameserver ${resolver}\noptions timeout:1 attempts:1\n`,
    '/etc/nsswitch.conf': 'hosts: files dns\n',
  };
  for (const [path, text] of Object.entries(files)) {
    if (!existsSync(path)) continue;
    const ours = join(folder, path.replaceAll('/', '-'));
    writeFileSync(ours, text);
    const { code, stderr } = await output('mount', ['--bind', ours, path], 5);
    if (code !== 0) throw new Error(`mount: ${stderr}`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await inside(process.argv[2] ?? '');
