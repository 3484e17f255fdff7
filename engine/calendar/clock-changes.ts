import { fromAbsolute } from '@internationalized/date';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** A stretch of time with one offset: wall clock = UTC + `offsetMs`. */
export interface OffsetSpan {
  readonly startMs: number;
  readonly endMs: number;
  readonly offsetMs: number;
}

/** Local time minus UTC at an instant, ms; rules are those of ICU in this runtime. */
export function offsetAt(timeMs: number, timeZone: string): number {
  return fromAbsolute(timeMs, timeZone).offset;
}

/**
 * Stretches of [startMs, endMs) with one offset each: one, or two where clocks change in between. The stretch is
 * at most a few days long, and no zone changes its clocks twice within days.
 */
export function offsetSpans(startMs: number, endMs: number, timeZone: string): OffsetSpan[] {
  const first = offsetAt(startMs, timeZone);
  const last = offsetAt(endMs - 1, timeZone);
  if (first === last) return [{ startMs, endMs, offsetMs: first }];
  let before = startMs;
  let changeMs = endMs - 1;
  while (changeMs - before > 1) {
    const middle = Math.floor((before + changeMs) / 2);
    if (offsetAt(middle, timeZone) === first) before = middle;
    else changeMs = middle;
  }
  return [
    { startMs, endMs: changeMs, offsetMs: first },
    { startMs: changeMs, endMs, offsetMs: last },
  ];
}

/**
 * The first instant of a local date: the last at which the date steps to it from an earlier one. Days are
 * stretches without holes by that, also where clocks go back over midnight (St John's until 2011, at 00:01): the
 * minutes before they do belong to the day whose evening comes again. A midnight that clocks skip is the instant
 * of their change; a date that a zone skipped (Samoa's 2011-12-30) starts where the next one does.
 */
export function startOfDate(index: number, timeZone: string): number {
  const midnight = index * DAY_MS;
  const [before, after] = offsetSpans(midnight - DAY_MS, midnight + DAY_MS, timeZone);
  if (before === undefined) throw new Error(`no offset of ${timeZone}`);
  const startMs = midnight - before.offsetMs;
  if (after === undefined) return startMs;
  const laterMs = midnight - after.offsetMs;
  const forward = after.offsetMs > before.offsetMs;
  if (laterMs > after.startMs || (forward && laterMs === after.startMs)) return laterMs;
  return Math.min(startMs, after.startMs);
}

/** Where hours start: at every full local hour, and at a change of the offset within one. */
export function hoursOf(
  startMs: number,
  endMs: number,
  timeZone: string,
): { readonly startsMs: number[]; readonly localHours: number[] } {
  const startsMs: number[] = [];
  const localHours: number[] = [];
  if (endMs <= startMs) return { startsMs, localHours };
  for (const span of offsetSpans(startMs, endMs, timeZone)) {
    for (let at = span.startMs; at < span.endMs; ) {
      const hour = Math.floor((at + span.offsetMs) / HOUR_MS);
      startsMs.push(at);
      localHours.push(((hour % 24) + 24) % 24);
      at = (hour + 1) * HOUR_MS - span.offsetMs;
    }
  }
  return { startsMs, localHours };
}

/** After this no zone's offset has seconds. */
const WHOLE_MINUTES_SINCE = Date.UTC(1973, 0, 1);
const YEAR_MS = 365 * DAY_MS;

/**
 * The first instant from `fromMs` on since when all offsets of the zone are whole minutes, at the start of a
 * local date: `fromMs` itself but for times long past (Liberia was 44:30 behind UTC until 1972). Before it UTC
 * minutes don't nest in hours and days.
 */
export function wholeMinutesFrom(fromMs: number, timeZone: string): number {
  const hasSeconds = (timeMs: number): boolean => offsetAt(timeMs, timeZone) % 60_000 !== 0;
  let low: number | null = null;
  for (let at = fromMs; at < WHOLE_MINUTES_SINCE; at += YEAR_MS) if (hasSeconds(at)) low = at;
  if (low === null) return fromMs;
  let high = low + YEAR_MS;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (hasSeconds(middle)) low = middle;
    else high = middle;
  }
  return startOfDate(Math.floor((high + offsetAt(high, timeZone)) / DAY_MS) + 1, timeZone);
}
