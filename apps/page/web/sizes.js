// @ts-check
// Sizes, rates and lengths in words.

import { digits } from "./dates.js";
import { language } from "./words.js";

/** "3.4 MB", in the language's digits. @param {number} bytes */
export function size(bytes) {
  /** @type {[string, number]} */
  const [unit, divisor] = bytes >= 1e9 ? ["gigabyte", 1e9] : bytes >= 1e6 ? ["megabyte", 1e6] : ["kilobyte", 1e3];
  const value = bytes / divisor;
  return digits(value, language(), { style: "unit", unit, maximumFractionDigits: value < 10 && divisor > 1e3 ? 1 : 0 });
}

/** @param {number} share between 0 and 1 */
export function percent(share) {
  return digits(Math.floor(Math.min(1, Math.max(0, share)) * 100) / 100, language(), { style: "percent" });
}

/** "3:07" @param {number} seconds */
export function length(seconds) {
  const whole = Math.round(seconds);
  const two = (/** @type {number} */ value) => digits(value, language(), { minimumIntegerDigits: 2 });
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const head = hours > 0 ? `${digits(hours, language())}:${two(minutes)}` : digits(minutes, language());
  return `${head}:${two(whole % 60)}`;
}
