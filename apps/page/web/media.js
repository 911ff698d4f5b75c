// @ts-check
// Blobs: made when something is shown, one at a time, at most 16 MB of them alive, revoked after.

import { pictureType } from "./sniff.js";

/** Bytes of blobs that may be alive; what is larger is asked for first. */
export const ALIVE = 16 * 1024 * 1024;

/**
 * A frame that waits for its picture.
 * `offer` is called instead of `show` where the picture is larger than what may be alive.
 * @typedef {{ frame: Element, object: string, thing: () => Thing|undefined, show: (address: string) => void, refuse: () => void, offer: (bytes: number) => void }} Watch
 */

export class Media {
  /** @param {import("./core.js").Core} core */
  constructor(core) {
    this.core = core;
    /** @type {Map<string, { address: string, bytes: number }>} least recently shown first */
    this.kept = new Map();
    /** @type {Map<Element, Watch>} */
    this.watched = new Map();
    /** @type {Set<Watch>} near the view, but not received when last looked */
    this.waiting = new Set();
    /** @type {Watch[]} */
    this.wanted = [];
    this.busy = false;
    /** @type {null|(() => void)} ends what is being played */
    this.playing = null;
    this.near = new IntersectionObserver((entries) => this.seen(entries), { rootMargin: "400px" });
  }

  /** Loads a picture when its frame comes near the view and its object is here. @param {Watch} watch */
  watch(watch) {
    this.watched.set(watch.frame, watch);
    this.near.observe(watch.frame);
  }

  /** More has been received: looks again at the frames that wait. */
  refresh() {
    for (const watch of this.waiting) if (watch.thing()?.here) this.want(watch);
  }

  /** Forgets the frames of a screen that is gone. @param {Element} root */
  forget(root) {
    for (const frame of this.watched.keys()) {
      if (!root.contains(frame)) continue;
      this.near.unobserve(frame);
      const watch = this.watched.get(frame);
      if (watch) this.waiting.delete(watch);
      this.watched.delete(frame);
    }
    this.wanted = this.wanted.filter((watch) => this.watched.has(watch.frame));
  }

  /**
   * The bytes of an object.
   * @param {string} object
   * @param {number} limit
   * @returns {Promise<Bytes>}
   */
  async bytes(object, limit) {
    const { bytes } = await this.core.ask("object", { object, limit });
    return new Uint8Array(bytes);
  }

  /**
   * The address of something to play, which lives until something else is played or the screen is left.
   * @param {Bytes} bytes
   * @param {string} type
   * @param {() => void} ended
   */
  play(bytes, type, ended) {
    this.stop();
    this.makeRoom(bytes.length);
    const address = URL.createObjectURL(new Blob([bytes], { type }));
    this.playing = () => {
      ended();
      URL.revokeObjectURL(address);
    };
    return address;
  }

  stop() {
    this.playing?.();
    this.playing = null;
  }

  /** Drops everything. */
  end() {
    this.stop();
    this.near.disconnect();
    for (const { address } of this.kept.values()) URL.revokeObjectURL(address);
    this.kept.clear();
    this.watched.clear();
    this.waiting.clear();
    this.wanted = [];
  }

  /** @param {IntersectionObserverEntry[]} entries */
  seen(entries) {
    for (const entry of entries) {
      const watch = entry.isIntersecting && this.watched.get(entry.target);
      if (!watch) continue;
      this.near.unobserve(entry.target);
      if (watch.thing()?.here) this.want(watch);
      else this.waiting.add(watch);
    }
  }

  /** @param {Watch} watch */
  want(watch) {
    this.waiting.delete(watch);
    this.wanted.push(watch);
    if (!this.busy) void this.work();
  }

  async work() {
    this.busy = true;
    for (let watch = this.wanted.shift(); watch; watch = this.wanted.shift()) {
      const { bytes = 0 } = watch.thing() ?? {};
      if (bytes > ALIVE) {
        watch.offer(bytes);
        continue;
      }
      try {
        watch.show(await this.picture(watch.object));
      } catch (error) {
        if (/** @type {any} */ (error).kind === "missing") this.waiting.add(watch);
        else watch.refuse();
      }
    }
    this.busy = false;
  }

  /** @param {string} object */
  async picture(object) {
    const kept = this.kept.get(object);
    if (kept) {
      this.kept.delete(object);
      this.kept.set(object, kept);
      return kept.address;
    }
    const bytes = await this.bytes(object, ALIVE);
    const type = pictureType(bytes);
    if (!type || bytes.length > ALIVE) throw new Error("not a picture to show");
    this.makeRoom(bytes.length);
    const address = URL.createObjectURL(new Blob([bytes], { type }));
    this.kept.set(object, { address, bytes: bytes.length });
    return address;
  }

  /**
   * A large picture that somebody has asked for: its address is revoked by whoever shows it, once it is shown.
   * @param {string} object
   * @param {number} limit
   */
  async largePicture(object, limit) {
    const bytes = await this.bytes(object, limit);
    const type = pictureType(bytes);
    if (!type) throw new Error("not a picture to show");
    this.makeRoom(bytes.length);
    return URL.createObjectURL(new Blob([bytes], { type }));
  }

  /** Revokes what was shown longest ago: what is on the screen has been loaded and stays. @param {number} bytes */
  makeRoom(bytes) {
    let alive = bytes;
    for (const kept of this.kept.values()) alive += kept.bytes;
    for (const [object, kept] of this.kept) {
      if (alive <= ALIVE) break;
      URL.revokeObjectURL(kept.address);
      this.kept.delete(object);
      alive -= kept.bytes;
    }
  }
}
