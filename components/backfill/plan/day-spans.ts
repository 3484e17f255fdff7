import type { DaySpan } from '../../../engine/protocol/jobs.ts';
import { dayLabel, dayNumber } from './day-number.ts';

/**
 * Sets of days as the fewest spans of them, ascending; first and last day of each included. Days are numbers, see
 * {@link dayNumber}.
 */
export type DaySpans = readonly (readonly [first: number, last: number])[];

export const NO_DAYS: DaySpans = [];

/** 9999-12-31, the last that a label of four digits names. */
const LAST_DAY = 2_932_896;

/** The set of all days of spans that may overlap, touch, and come in any order. */
export function daySpans(spans: Iterable<readonly [number, number]>): DaySpans {
  const sorted = [...spans].filter(([first, last]) => first <= last).sort(([a], [b]) => a - b);
  const merged: [number, number][] = [];
  for (const [first, last] of sorted) {
    const before = merged.at(-1);
    if (before && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else merged.push([first, last]);
  }
  return merged;
}

export const withDays = (days: DaySpans, more: DaySpans): DaySpans => daySpans([...days, ...more]);

export function withoutDays(days: DaySpans, less: DaySpans): DaySpans {
  let left: (readonly [number, number])[] = [...days];
  for (const [first, last] of less) {
    left = left.flatMap(([from, to]): (readonly [number, number])[] =>
      last < from || to < first
        ? [[from, to]]
        : [
            [from, Math.min(to, first - 1)],
            [Math.max(from, last + 1), to],
          ],
    );
  }
  return daySpans(left);
}

export const hasDay = (days: DaySpans, day: number): boolean =>
  days.some(([first, last]) => first <= day && day <= last);

/** Both ends in any order. */
export const daysBetween = (a: number, b: number): DaySpans => [[Math.min(a, b), Math.max(a, b)]];

export const countDays = (days: DaySpans): number =>
  days.reduce((sum, [first, last]) => sum + last - first + 1, 0);

/** Those labels that are dates. */
export function daysOfLabels(labels: Iterable<string>): DaySpans {
  const spans: [number, number][] = [];
  for (const label of labels) {
    const day = dayNumber(label);
    if (day !== null) spans.push([day, day]);
  }
  return daySpans(spans);
}

export const spansOfDays = (days: DaySpans): DaySpan[] =>
  days.map(([first, last]) => ({ from: dayLabel(first), to: dayLabel(last) }));

/** `2026-11-01..2026-11-11,2026-11-13` */
export const textOfDays = (days: DaySpans): string =>
  days
    .map(([first, last]) => (first === last ? dayLabel(first) : `${dayLabel(first)}..${dayLabel(last)}`))
    .join(',');

/** An address much longer than this is refused on its way. */
const LEGIBLE = 2000;

/** The same where it is short; else, per span, days since the span before and days after its first, to base 36. */
export function shortTextOfDays(days: DaySpans): string {
  const text = textOfDays(days);
  if (text.length <= LEGIBLE) return text;
  const parts = days.map(([first, last], index) => {
    const gap = (first - (days[index - 1]?.[1] ?? 0)).toString(36);
    return first === last ? gap : `${gap}-${(last - first).toString(36)}`;
  });
  return `~${parts.join('.')}`;
}

function daysOfShortText(text: string): DaySpans | null {
  const spans: (readonly [number, number])[] = [];
  let before = 0;
  for (const part of text.slice(1).split('.')) {
    const [, gap, more = '0'] = /^([0-9a-z]{1,5})(?:-([0-9a-z]{1,4}))?$/.exec(part) ?? [];
    if (gap === undefined) return null;
    const first = before + Number.parseInt(gap, 36);
    before = first + Number.parseInt(more, 36);
    if (before > LAST_DAY) return null;
    spans.push([first, before]);
  }
  return daySpans(spans);
}

/** What {@link textOfDays} or {@link shortTextOfDays} wrote, or somebody typed; null where a part is no day and no span of days. */
export function daysOfText(text: string): DaySpans | null {
  if (text.startsWith('~')) return daysOfShortText(text);
  const spans: (readonly [number, number])[] = [];
  for (const part of text.split(/[,\s]+/).filter(Boolean)) {
    const [from = '', to = from, ...rest] = part.split('..');
    const [first, last] = [dayNumber(from), dayNumber(to)];
    if (first === null || last === null || last < first || rest.length > 0) return null;
    spans.push([first, last]);
  }
  return daySpans(spans);
}
