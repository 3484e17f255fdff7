/** Wall-clock parts of an instant in a zone, found by asking Intl alone; shares nothing with `engine/calendar`. */
export interface LocalTime {
  /** `2010-12-01` */
  readonly date: string;
  readonly hour: number;
  readonly minute: number;
  /** Local minus UTC, minutes. */
  readonly offsetMinutes: number;
}

const MINUTE_MS = 60_000;
const pad = (value: number): string => String(value).padStart(2, '0');

/** Gives a function from epoch ms to wall-clock parts; it remembers minutes, as offsets change on whole minutes. */
export function createLocalClock(timeZone: string): (timeMs: number) => LocalTime {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const known = new Map<number, LocalTime>();

  return (timeMs) => {
    const minuteMs = Math.floor(timeMs / MINUTE_MS) * MINUTE_MS;
    const found = known.get(minuteMs);
    if (found) return found;
    const parts = new Map(format.formatToParts(minuteMs).map(({ type, value }) => [type, Number(value)]));
    const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? Number.NaN;
    const [year, month, day, hour, minute] = [
      part('year'),
      part('month'),
      part('day'),
      part('hour'),
      part('minute'),
    ];
    const asIfUtc = Date.UTC(year, month - 1, day, hour, minute, part('second'));
    const local: LocalTime = {
      date: `${String(year).padStart(4, '0')}-${pad(month)}-${pad(day)}`,
      hour,
      minute,
      offsetMinutes: (asIfUtc - minuteMs) / MINUTE_MS,
    };
    known.set(minuteMs, local);
    return local;
  };
}

/**
 * Gives a function from epoch ms to the start of the hour that holds the instant, as local time with offset:
 * `2010-12-01T08:00:00+00:00`. An hour is a run of minutes with one date, hour and offset; one that a clock change
 * cuts starts at the change. It remembers minutes, too.
 */
export function createHourLabels(clock: (timeMs: number) => LocalTime): (timeMs: number) => string {
  const known = new Map<number, string>();
  return (timeMs) => {
    const minute = Math.floor(timeMs / MINUTE_MS);
    const found = known.get(minute);
    if (found !== undefined) return found;
    const label = hourLabel(clock, timeMs);
    known.set(minute, label);
    return label;
  };
}

function hourLabel(clock: (timeMs: number) => LocalTime, timeMs: number): string {
  const here = clock(timeMs);
  let start = here;
  for (let back = 1; back < 60; back++) {
    const before = clock(timeMs - back * MINUTE_MS);
    if (before.date !== here.date || before.hour !== here.hour || before.offsetMinutes !== here.offsetMinutes)
      break;
    start = before;
  }
  const { date, hour, minute, offsetMinutes } = start;
  const sign = offsetMinutes < 0 ? '-' : '+';
  const offset = Math.abs(offsetMinutes);
  return `${date}T${pad(hour)}:${pad(minute)}:00${sign}${pad(Math.floor(offset / 60))}:${pad(offset % 60)}`;
}
