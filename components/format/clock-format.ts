import type { Language } from './language.ts';

/** Instants and days in the business time zone, 24 hours. */
export interface ClockFormat {
  /** `12:03:41` */
  time(ms: number): string;
  /** `12:03` */
  minute(ms: number): string;
  /** A business day from its first instant: `Wed, 11 Nov 2026`. */
  day(ms: number): string;
  /** `11 Nov 2026` */
  date(ms: number): string;
  /** `11 Nov` */
  shortDay(ms: number): string;
  /** A business day from its label `2026-11-11`: `11 Nov 2026`. */
  labelled(day: string): string;
  /** The same with its weekday: `Wed, 11 Nov 2026`. */
  dayOfLabel(day: string): string;
  /** A month of the calendar, which has no zone: `November` of its first instant in UTC. */
  month(utcMs: number): string;
  /** `Wed` */
  weekday(ms: number): string;
  /** A weekday of the calendar, which has no zone, from an instant in UTC: `W` and `Wednesday`. */
  calendarWeekday(utcMs: number): { readonly narrow: string; readonly long: string };
  /** `UTC+8` at that instant. */
  offset(ms: number): string;
}

export function createClockFormat(options: {
  readonly language: Language;
  readonly timeZone: string;
}): ClockFormat {
  // British English: day before month, as everywhere but in the United States, and a 24-hour clock.
  const locale = options.language === 'en' ? 'en-GB' : options.language;
  const format = (fields: Intl.DateTimeFormatOptions, timeZone = options.timeZone) => {
    const formatter = new Intl.DateTimeFormat(locale, { timeZone, ...fields });
    return (ms: number) => formatter.format(ms);
  };
  const date = { day: 'numeric', month: 'short', year: 'numeric' } as const;
  const dateOfLabel = format(date, 'UTC');
  const dayOfLabel = format({ weekday: 'short', ...date }, 'UTC');
  const narrow = format({ weekday: 'narrow' }, 'UTC');
  const long = format({ weekday: 'long' }, 'UTC');
  const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const zone = new Intl.DateTimeFormat('en', { timeZone: options.timeZone, timeZoneName: 'shortOffset' });
  return {
    time: format({ ...clock, second: '2-digit' }),
    minute: format(clock),
    day: format({ weekday: 'short', ...date }),
    date: format(date),
    labelled: (day) => dateOfLabel(Date.parse(`${day}T00:00:00Z`)),
    dayOfLabel: (day) => dayOfLabel(Date.parse(`${day}T00:00:00Z`)),
    month: format({ month: 'long' }, 'UTC'),
    calendarWeekday: (utcMs) => ({ narrow: narrow(utcMs), long: long(utcMs) }),
    shortDay: format({ day: 'numeric', month: 'short' }),
    weekday: format({ weekday: 'short' }),
    offset(ms) {
      const name = zone.formatToParts(ms).find((part) => part.type === 'timeZoneName')?.value ?? 'GMT';
      return name.replace('GMT', 'UTC').replace(/[+-]0$/, '');
    },
  };
}
