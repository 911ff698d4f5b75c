// @ts-check
// Long things, a piece at a time: nothing that comes off the air may freeze the page.

import { button, el } from "./dom.js";
import { say } from "./words.js";

/**
 * Fills `parent` with `make(0)` … `make(count - 1)`, `step` at a time; the rest comes when its
 * button is pressed or scrolled near. Returns what to put on the page.
 * @template {HTMLElement} E
 * @param {E} parent
 * @param {number} count
 * @param {(index: number) => Node} make
 * @param {number} step
 * @returns {HTMLElement[]}
 */
export function grow(parent, count, make, step) {
  let made = 0;
  const further = () => {
    const end = Math.min(count, made + step);
    const batch = document.createDocumentFragment();
    for (; made < end; made++) batch.append(make(made));
    parent.append(batch);
  };
  further();
  if (made >= count) return [parent];
  const more = button(say("more"), () => {
    further();
    if (made >= count) {
      near.disconnect();
      more.parentElement?.remove();
    }
  }, { class: "more" });
  const near = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    more.click();
    // Seen again where it is still in view after the page has moved.
    near.unobserve(more);
    if (made < count) setTimeout(() => near.observe(more), 60);
  }, { rootMargin: "300px" });
  near.observe(more);
  return [parent, el("p", { class: "more-line" }, more)];
}

/**
 * Cuts a long text where it may be cut: at spaces, never inside a character.
 * @param {string} text
 * @param {number} [size]
 * @returns {string[]}
 */
export function pieces(text, size = 3000) {
  const cut = [];
  // Overrides turn letters around; embeddings and isolates, which honest texts have, end with their paragraph.
  text = text.replace(/[\u202d\u202e]/g, "");
  for (let at = 0; at < text.length; ) {
    let end = Math.min(text.length, at + size);
    if (end < text.length) {
      const space = text.lastIndexOf(" ", end);
      if (space > at + size / 2) end = space + 1;
      else if (/[\udc00-\udfff]/.test(text.charAt(end))) end -= 1;
    }
    cut.push(text.slice(at, end));
    at = end;
  }
  return cut.length > 0 ? cut : [""];
}

/**
 * An element with a long text in it.
 * @template {HTMLElement} E
 * @param {E} parent
 * @param {string} text
 */
export function textGrown(parent, text) {
  const cut = pieces(text);
  return grow(parent, cut.length, (i) => document.createTextNode(cut[i] ?? ""), 3);
}
