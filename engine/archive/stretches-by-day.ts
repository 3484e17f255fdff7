import type { BusinessCalendar } from '../calendar/business-calendar.ts';
import type { TimeLimits } from './screen-rows.ts';

/** Rows that follow one another: where each stretch begins, and where it ends, exclusive: from, to, from, to, … */
export type Stretches = readonly number[];

/** Business day → its rows among `times[0 … length−1]`; null: those without a time that belongs to one. */
export function stretchesByDay(
  times: Float64Array,
  length: number,
  { calendar, limits }: { readonly calendar: BusinessCalendar; readonly limits: TimeLimits },
): ReadonlyMap<string | null, Stretches> {
  const days = new Map<string | null, number[]>();
  for (let from = 0; from < length; ) {
    const time = times[from]!;
    const dated = time >= limits.minEventTimeMs && time < limits.maxEventTimeMs;
    const day = dated ? calendar.dayOf(time) : null;
    const to = day ? endOfStretch(times, from + 1, length, day) : from + 1;
    const label = day?.label ?? null;
    const known = days.get(label);
    if (known) known.push(from, to);
    else days.set(label, [from, to]);
    from = to;
  }
  return days;
}

function endOfStretch(
  times: Float64Array,
  from: number,
  length: number,
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
): number {
  let row = from;
  while (row < length && times[row]! >= startMs && times[row]! < endMs) row++;
  return row;
}
