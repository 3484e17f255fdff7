const DAY_MS = 86_400_000;
const LABEL = /^\d{4}-\d{2}-\d{2}$/;

/** Days since 1970-01-01 of a date such as `2026-11-11`; null where it is none. Dates have no zone. */
export function dayNumber(label: string): number | null {
  if (!LABEL.test(label)) return null;
  const ms = Date.parse(`${label}T00:00:00Z`);
  if (Number.isNaN(ms)) return null;
  const day = ms / DAY_MS;
  return dayLabel(day) === label ? day : null;
}

/** The date of {@link dayNumber}. */
export function dayLabel(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
