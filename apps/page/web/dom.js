// @ts-check
// The only place that makes elements. Text goes in as text; addresses may only be blob: or data:.

/** @typedef {Node|string|number|null|undefined|false} Child */

const SAFE_ADDRESS = /^(?:blob:|data:)/;

/**
 * @param {Element} node
 * @param {Record<string, any>} attributes
 */
function dress(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else if ((name === "href" || name === "src" || name === "poster") && !SAFE_ADDRESS.test(String(value))) throw new Error(`address refused: ${name}`);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
}

/**
 * An element. `on…` attributes are listeners; `null`, `undefined` and `false` ones are left out.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, any>} [attributes]
 * @param {...(Child|Child[])} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  dress(node, attributes);
  append(node, children);
  return node;
}

/**
 * An element of a drawing.
 * @param {string} tag
 * @param {Record<string, string|number|undefined>} [attributes]
 * @param {...(Child|Child[])} children
 */
export function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  dress(node, attributes);
  append(node, children);
  return node;
}

/**
 * @param {Element} node
 * @param {(Child|Child[])[]} children
 */
function append(node, children) {
  for (const child of children.flat()) {
    if (child !== null && child !== undefined && child !== false) node.append(typeof child === "number" ? String(child) : child);
  }
}

/**
 * A button.
 * @param {Child|Child[]} label
 * @param {(event: Event) => void} press
 * @param {Record<string, any>} [attributes]
 */
export function button(label, press, attributes = {}) {
  return el("button", { type: "button", onclick: press, ...attributes }, ...[label].flat());
}

/**
 * A place whose content is built anew only when what it depends on has changed.
 * @param {HTMLElement} place
 * @returns {(key: any, build: () => (Child|Child[])[]) => void}
 */
export function slot(place) {
  let last = "";
  return (key, build) => {
    const now = JSON.stringify(key) ?? "-";
    if (now === last) return;
    last = now;
    const focused = document.activeElement;
    const name = focused && place.contains(focused) ? called(focused) : null;
    place.replaceChildren();
    append(place, build());
    // Whoever walks with the keyboard stays where they were.
    if (name === null) return;
    const same = [...place.querySelectorAll("button, input, summary, select, a")].find((element) => called(element) === name);
    if (same instanceof HTMLElement) same.focus({ preventScroll: true });
  };
}

/** What an element is known by. @param {Element} element */
function called(element) {
  return [element.localName, element.id, element.getAttribute("aria-label"), element.textContent].join(" ");
}
