const DAY_MS = 86_400_000;
const DAYS_OF_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * Epoch milliseconds of a time of ISO 8601 as RFC 3339 narrows it: `2025-11-11T09:30:00.123+08:00`, parts of a
 * millisecond floored. Also taken: a space or `t` for `T`, `z`, a comma for the point, no seconds, an offset of `+0800`
 * or `+08`. NaN for anything else: a time without offset could be any zone's, and there is no second 60.
 */
export function isoTimeMs(bytes: Uint8Array, start: number, end: number): number {
  const year = digitsAt(bytes, start, 4, end);
  const month = digitsAt(bytes, start + 5, 2, end);
  const day = digitsAt(bytes, start + 8, 2, end);
  const hour = digitsAt(bytes, start + 11, 2, end);
  const minute = digitsAt(bytes, start + 14, 2, end);
  const separator = bytes[start + 10]! | 0x20;
  const punctuated =
    bytes[start + 4] === 0x2d &&
    bytes[start + 7] === 0x2d &&
    (separator === 0x74 || bytes[start + 10] === 0x20) &&
    bytes[start + 13] === 0x3a;
  if (!punctuated || year < 0 || month < 1 || month > 12 || day < 1 || day > daysOf(year, month))
    return Number.NaN;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59) return Number.NaN;
  let ms = (hour * 60 + minute) * 60_000;
  let at = start + 16;
  if (at < end && bytes[at] === 0x3a) {
    const second = digitsAt(bytes, at + 1, 2, end);
    if (second < 0 || second > 59) return Number.NaN;
    ms += second * 1000;
    at += 3;
    if (at < end && (bytes[at] === 0x2e || bytes[at] === 0x2c)) {
      const from = ++at;
      for (let unit = 100; at < end && isDigit(bytes[at]!); at++, unit /= 10) {
        if (unit >= 1) ms += (bytes[at]! - 0x30) * unit;
      }
      if (at === from) return Number.NaN;
    }
  }
  return daysSinceEpoch(year, month, day) * DAY_MS + ms - offsetMs(bytes, at, end);
}

/** NaN where [at, end) is no offset from UTC. */
function offsetMs(bytes: Uint8Array, at: number, end: number): number {
  if (at + 1 === end && (bytes[at]! | 0x20) === 0x7a) return 0;
  const sign = bytes[at] === 0x2b ? 1 : bytes[at] === 0x2d ? -1 : 0;
  const hours = digitsAt(bytes, at + 1, 2, end);
  if (at >= end || sign === 0 || hours < 0 || hours > 23) return Number.NaN;
  if (at + 3 === end) return sign * hours * 3_600_000;
  const minutesAt = bytes[at + 3] === 0x3a ? at + 4 : at + 3;
  const minutes = digitsAt(bytes, minutesAt, 2, end);
  if (minutes < 0 || minutes > 59 || minutesAt + 2 !== end) return Number.NaN;
  return sign * (hours * 60 + minutes) * 60_000;
}

const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;

/** The number of `count` digits at `at`, −1 where there are none. */
function digitsAt(bytes: Uint8Array, at: number, count: number, end: number): number {
  if (at + count > end) return -1;
  let value = 0;
  for (let i = at; i < at + count; i++) {
    if (!isDigit(bytes[i]!)) return -1;
    value = value * 10 + bytes[i]! - 0x30;
  }
  return value;
}

function daysOf(year: number, month: number): number {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month === 2 && isLeap ? 29 : DAYS_OF_MONTH[month - 1]!;
}

/** Days from 1970-01-01 in the Gregorian calendar; Howard Hinnant's `days_from_civil` (public domain). */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}
