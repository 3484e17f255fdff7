import {
  countDays,
  type DaySpans,
  daysBetween,
  hasDay,
  NO_DAYS,
  withDays,
  withoutDays,
} from './day-spans.ts';

/** One movement over the calendar, from where it began: by pointer, or by arrow keys with Shift. */
export interface DayStroke {
  /** What was chosen before and stays. */
  readonly base: DaySpans;
  readonly anchor: number;
  readonly adds: boolean;
}

/** Chooses from `anchor` on and nothing else; on the only day that is chosen it gives that one up. */
export function freshStroke(chosen: DaySpans, anchor: number): DayStroke {
  const isOnlyOne = countDays(chosen) === 1 && hasDay(chosen, anchor);
  return { base: NO_DAYS, anchor, adds: !isOnlyOne };
}

/** Keeps what is chosen and adds to it, or takes away where it begins on a chosen day. */
export const toggleStroke = (chosen: DaySpans, anchor: number): DayStroke => ({
  base: chosen,
  anchor,
  adds: !hasDay(chosen, anchor),
});

/** What is chosen once the stroke has come to a day. */
export function strokeTo({ base, anchor, adds }: DayStroke, to: number): DaySpans {
  const between = daysBetween(anchor, to);
  return adds ? withDays(base, between) : withoutDays(base, between);
}
