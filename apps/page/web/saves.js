// @ts-check
// Saving to the device, on request only: a blob that lives for the minute it takes.

import { el } from "./dom.js";

/** How long a browser may take to begin writing, in milliseconds. */
const LIFE = 60_000;
/** Types that a browser is told about; all else is just bytes. */
const TYPES = ["image/jpeg", "image/png", "image/webp", "image/gif", "image/avif", "audio/mpeg", "audio/ogg", "audio/mp4", "video/mp4", "video/webm", "text/plain", "application/zip"];
/** @type {Set<string>} */
const alive = new Set();

/**
 * @param {string} name
 * @param {BlobPart[]} parts
 * @param {string} [type]
 */
export function saveFile(name, parts, type = "") {
  const known = TYPES.includes(type) ? type : "application/octet-stream";
  const address = URL.createObjectURL(new Blob(parts, { type: known }));
  alive.add(address);
  const link = el("a", { href: address, download: fileName(name), hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => revoke(address), LIFE);
}

/** A name that every file system takes. @param {string} name */
export function fileName(name) {
  const tidy = name.replace(/[\u0000-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2066-\u2069/\\:*?"<>|]/g, "_").replace(/^[.\s]+|[.\s]+$/g, "").slice(-100);
  return tidy === "" ? "notes" : tidy;
}

/** Revokes whatever is still alive. */
export function endSaves() {
  for (const address of alive) revoke(address);
}

/** @param {string} address */
function revoke(address) {
  alive.delete(address);
  URL.revokeObjectURL(address);
}
