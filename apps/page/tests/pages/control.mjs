// A page with no defences, and the host that each of its ways out calls. It must leak through every one of them,
// or the test that the real page does not leak proves nothing.

/**
 * Ways out that a page has, by the name of the host each uses, and the only browsers that have it.
 * @type {[name: string, markup: (host: string) => string, only?: string[]][]}
 */
const ways = [
  ['preconnect', (host) => `<link rel=preconnect href="http://${host}/">`],
  ['dns-prefetch', (host) => `<link rel=dns-prefetch href="http://${host}/">`],
  ['prefetch', (host) => `<link rel=prefetch href="http://${host}/next.html">`, ['chromium']],
  ['preload', (host) => `<link rel=preload as=image href="http://${host}/a.png">`],
  ['stylesheet', (host) => `<link rel=stylesheet href="http://${host}/a.css">`],
  ['css-url', (host) => `<style>#styled { background: url("http://${host}/a.png") }</style><p id=styled>styled</p>`],
  ['css-import', (host) => `<style>@import "http://${host}/a.css";</style>`],
  ['font', (host) => `<style>@font-face { font-family: far; src: url("http://${host}/a.woff2") } #far { font-family: far }</style><p id=far>far</p>`],
  ['img', (host) => `<img alt="" src="http://${host}/a.png">`],
  ['srcset', (host) => `<img alt="" srcset="http://${host}/a.png 1x">`],
  ['svg-image', (host) => `<svg><image href="http://${host}/a.png"/></svg>`],
  ['iframe', (host) => `<iframe src="http://${host}/"></iframe>`],
  ['object', (host) => `<object data="http://${host}/a.svg"></object>`],
  ['embed', (host) => `<embed src="http://${host}/a.svg">`],
  ['audio', (host) => `<audio preload=auto src="http://${host}/a.mp3"></audio>`],
  ['video', (host) => `<video preload=auto src="http://${host}/a.mp4"></video>`],
  ['poster', (host) => `<video poster="http://${host}/a.png"></video>`],
  ['script', (host) => `<script async src="http://${host}/a.js"></script>`],
  ['module', (host) => `<script type=module>import('http://${host}/a.js').catch(() => {})</script>`],
  ['fetch', (host) => `<script>fetch('http://${host}/', { mode: 'no-cors' }).catch(() => {})</script>`],
  ['xhr', (host) => `<script>{ const ask = new XMLHttpRequest(); ask.open('GET', 'http://${host}/'); ask.send(); }</script>`],
  ['beacon', (host) => `<script>navigator.sendBeacon('http://${host}/', 'seen')</script>`],
  ['event-source', (host) => `<script>new EventSource('http://${host}/')</script>`],
  ['websocket', (host) => `<script>new WebSocket('ws://${host}/')</script>`],
  ['worker', (host) => `<script>new Worker(URL.createObjectURL(new Blob(["importScripts('http://${host}/a.js')"])))</script>`],
  ['webrtc', (host) => `<script>{
    const peer = new RTCPeerConnection({ iceServers: [{ urls: 'stun:${host}' }] });
    peer.createDataChannel('out');
    peer.createOffer().then((offer) => peer.setLocalDescription(offer));
  }</script>`],
  ['speculation', (host) => `<script type=speculationrules>{ "prefetch": [{ "source": "list", "urls": ["https://${host}/"] }] }</script>`, ['chromium']],
  ['ping', (host) => `<a href="#there" ping="http://${host}/">ping</a><p id=there>there</p>`, ['chromium']],
  ['form', (host) => `<iframe name=drain hidden></iframe><form id=form action="http://${host}/" target=drain></form><script>form.submit()</script>`],
  ['window', (host) => `<button onclick="window.open('http://${host}/')">open</button>`],
  ['link', (host) => `<a target=_blank href="http://${host}/">link</a>`],
  ['refresh', (host) => `<iframe srcdoc='<meta http-equiv=refresh content="0; url=http://${host}/">'></iframe>`],
];

/** @param {string} way */
const host = (way) => `${way}.leak.example`;

/**
 * The hosts that a browser must be seen to call.
 * @param {string} browser
 */
export function hosts(browser) {
  return ways.filter(([, , only]) => !only || only.includes(browser)).map(([name]) => host(name));
}

/** @param {string} head  for the page's head: nothing, or defences */
export function control(head = '') {
  const body = ways.map(([name, markup]) => markup(host(name))).join('\n');
  return `<!doctype html><html lang=en><head><meta charset=utf-8>${head}<title>Control</title></head><body>\n${body}\n</body></html>`;
}
