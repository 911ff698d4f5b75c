// @ts-check
// Dates, ages and digits in the reader's language, through what the browser knows of it.

const DAY = 86_400;
/** Later than this ahead of the clock, in seconds, an edition is from the future. */
const TOLERANCE = 600;

/** Digits that a language's readers expect, by Unicode numbering system. @type {Record<string, string>} */
const NUMBERING = { fa: "arabext", ps: "arabext", ar: "arab", ckb: "arab", my: "mymr" };
/** First digit of each. @type {Record<string, number>} */
const ZERO = { arabext: 0x6f0, arab: 0x660, mymr: 0x1040 };
/** Languages whose readers also count by Solar Hijri. */
const SOLAR_HIJRI = ["fa", "ps"];

/** @param {string} language */
function baseOf(language) {
  return language.toLowerCase().split("-")[0] ?? "en";
}

/**
 * @param {string} language
 * @param {string} calendar
 */
function locale(language, calendar) {
  return `${baseOf(language)}-u-ca-${calendar}-nu-${NUMBERING[baseOf(language)] ?? "latn"}`;
}

/** Whether the browser knows this language's dates. @param {string} language */
function supported(language) {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(baseOf(language)).length > 0;
  } catch {
    return false;
  }
}

/**
 * ASCII digits turned into the language's.
 * @param {string} text
 * @param {string} language
 */
export function ownDigits(text, language) {
  const zero = ZERO[NUMBERING[baseOf(language)] ?? ""];
  return zero === undefined ? text : text.replace(/[0-9]/g, (digit) => String.fromCharCode(zero + Number(digit)));
}

/** @type {Map<string, Intl.NumberFormat>} */
const formats = new Map();

/**
 * A number in the language's digits.
 * @param {number} value
 * @param {string} language
 * @param {Intl.NumberFormatOptions} [options]
 */
export function digits(value, language, options = {}) {
  const key = language + JSON.stringify(options);
  let format = formats.get(key);
  if (!format) formats.set(key, (format = new Intl.NumberFormat(supported(language) ? locale(language, "gregory") : "en", options)));
  const text = format.format(value);
  return supported(language) ? text : ownDigits(text, language);
}

/**
 * @param {number} seconds
 * @param {string} language
 * @param {string} calendar
 * @param {Intl.DateTimeFormatOptions} options
 */
function formatted(seconds, language, calendar, options) {
  if (!supported(language)) return ownDigits(isoDate(seconds).replaceAll("-", "/"), language);
  return new Intl.DateTimeFormat(locale(language, calendar), options).format(new Date(seconds * 1000));
}

/**
 * A date in full, in the calendars of the language: `["دوشنبه ۲ آذر ۱۴۰۵", "۲۳ نوامبر ۲۰۲۶"]`.
 * @param {number} seconds
 * @param {string} language
 * @returns {string[]}
 */
export function fullDate(seconds, language) {
  const gregorian = { day: "numeric", month: "long", year: "numeric" };
  /** @type {Intl.DateTimeFormatOptions} */
  const long = { weekday: "long", day: "numeric", month: "long", year: "numeric" };
  if (SOLAR_HIJRI.includes(baseOf(language)) && supported(language)) {
    // In the order that readers of these calendars know, which not every browser has: weekday, day, month, year.
    const parts = new Intl.DateTimeFormat(locale(language, "persian"), long).formatToParts(new Date(seconds * 1000));
    const solar = ["weekday", "day", "month", "year"].map((type) => parts.find((part) => part.type === type)?.value ?? "").join(" ");
    return [solar, formatted(seconds, language, "gregory", /** @type {Intl.DateTimeFormatOptions} */ (gregorian))];
  }
  return [formatted(seconds, language, "gregory", long)];
}

/**
 * Date and time, short: for cards.
 * @param {number} seconds
 * @param {string} language
 */
export function shortDate(seconds, language) {
  const calendar = SOLAR_HIJRI.includes(baseOf(language)) ? "persian" : "gregory";
  return formatted(seconds, language, calendar, { day: "numeric", month: "long", hour: "numeric", minute: "2-digit" });
}

/**
 * `2026-11-23`, for file names, by the device's own calendar day.
 * @param {number} seconds
 */
export function isoDate(seconds) {
  const date = new Date(seconds * 1000);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}

/**
 * How an edition's time stands to the device's clock.
 * @param {number} seconds
 * @param {number} now
 * @returns {"future"|"fresh"|"old"}
 */
export function standing(seconds, now) {
  if (seconds > now + TOLERANCE) return "future";
  return now - seconds > 7 * DAY ? "old" : "fresh";
}

/**
 * An age in words: "3 hours ago".
 * @param {number} seconds
 * @param {number} now
 * @param {string} language
 */
export function age(seconds, now, language) {
  const passed = seconds - now;
  const size = Math.abs(passed);
  /** @type {[Intl.RelativeTimeFormatUnit, number]} */
  const [unit, length] = size < 3_600 ? ["minute", 60] : size < DAY ? ["hour", 3_600] : size < 60 * DAY ? ["day", DAY] : ["month", 30 * DAY];
  const format = new Intl.RelativeTimeFormat(supported(language) ? locale(language, "gregory") : "en", { numeric: "auto" });
  const text = format.format(Math.round(passed / length), unit);
  return supported(language) ? text : ownDigits(text, language);
}

/**
 * A clock time of minutes after midnight: `18:30`.
 * @param {number} minutes
 * @param {string} language
 */
export function clock(minutes, language) {
  const text = `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
  return ownDigits(text, language);
}

/**
 * The days of a week mask, bit 0 Monday, in words; `null` where it is every day.
 * @param {number} mask
 * @param {string} language
 */
export function weekdays(mask, language) {
  if ((mask & 127) === 127) return null;
  const format = new Intl.DateTimeFormat(supported(language) ? locale(language, "gregory") : "en", { weekday: "short", timeZone: "UTC" });
  const names = [];
  // 5 January 1970 was a Monday.
  for (let day = 0; day < 7; day++) if (mask & (1 << day)) names.push(format.format(new Date((4 + day) * DAY * 1000)));
  return names.join(" · ");
}
