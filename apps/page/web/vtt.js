// @ts-check
// Captions: WebVTT, taken apart, so that only times and plain text reach a player.

/** @typedef {{ from: number, to: number, text: string }} Cue */

const TIMES = /^\s*(?:(\d{2,4}):)?([0-5]\d):([0-5]\d)\.(\d{3})\s+-->\s+(?:(\d{2,4}):)?([0-5]\d):([0-5]\d)\.(\d{3})/;
/** More cues than a day of talk has. */
const CUES = 20_000;

/**
 * The cues; none where it is not WebVTT.
 * @param {string} text
 * @returns {Cue[]}
 */
export function cuesOf(text) {
  if (!/^\ufeff?WEBVTT(?:[ \t\r\n]|$)/.test(text)) return [];
  /** @type {Cue[]} */
  const cues = [];
  for (const block of text.replace(/\r\n?/g, "\n").split(/\n{2,}/)) {
    const lines = block.split("\n");
    const at = lines.findIndex((line) => line.includes("-->"));
    const times = at >= 0 && at <= 1 ? TIMES.exec(lines[at] ?? "") : null;
    if (!times || cues.length >= CUES) continue;
    const [, h1, m1, s1, f1, h2, m2, s2, f2] = times.map(Number);
    const spoken = lines.slice(at + 1).join("\n").replace(/<[^>]*>?/g, "").replaceAll("-->", "→").trim();
    cues.push({ from: seconds(h1, m1, s1, f1), to: seconds(h2, m2, s2, f2), text: spoken });
  }
  return cues.filter((cue) => cue.to > cue.from && cue.text !== "");
}

/** @param {(number|undefined)[]} parts */
function seconds(...parts) {
  const [h, m, s, f] = parts.map((part) => (Number.isFinite(part) ? Number(part) : 0));
  return (h ?? 0) * 3600 + (m ?? 0) * 60 + (s ?? 0) + (f ?? 0) / 1000;
}
