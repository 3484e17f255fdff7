import { fromAbsolute } from '@internationalized/date';

/** An instant as local time with offset, ISO 8601: `2010-12-01T08:00:00+00:00`. */
export function hourLabel(timeMs: number, timeZone: string): string {
  const [label = ''] = fromAbsolute(timeMs, timeZone).toString().split('[');
  return label;
}
