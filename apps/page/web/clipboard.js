// @ts-check
// Copying, with and without the clipboard interface.

import { button, el } from "./dom.js";
import { say } from "./words.js";

/** @param {string} text */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = el("textarea", { class: "away", "aria-hidden": "true", tabindex: -1, autocomplete: "off", spellcheck: "false" });
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}

/**
 * A button that copies.
 * @param {string} label
 * @param {() => string} text
 * @param {Record<string, any>} [attributes]
 */
export function copyButton(label, text, attributes = {}) {
  const made = button(label, () => {
    void copy(text()).then(() => {
      made.textContent = say("copied");
      setTimeout(() => (made.textContent = label), 2000);
    });
  }, attributes);
  return made;
}
