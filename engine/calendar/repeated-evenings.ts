import { DAY_MS, offsetSpans } from './clock-changes.ts';

/** Instants, epoch ms, the end exclusive. */
export interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

/** Short enough for one change of clocks at most. */
const STEP_MS = 4 * DAY_MS;

/**
 * Stretches of [fromMs, toMs) whose local date is one later than their business day: the minutes past midnight
 * before clocks went back over it (St John's until 2011, at 00:01), so that the evening before came again.
 */
export function repeatedEvenings(timeZone: string, fromMs: number, toMs: number): Span[] {
  const found: Span[] = [];
  for (let at = fromMs; at < toMs; at += STEP_MS) {
    const [before, after] = offsetSpans(at, Math.min(toMs, at + STEP_MS), timeZone);
    if (!before || !after || after.offsetMs >= before.offsetMs) continue;
    const changeMs = after.startMs;
    const midnight = Math.floor((changeMs - 1 + before.offsetMs) / DAY_MS) * DAY_MS;
    if (changeMs + after.offsetMs < midnight) {
      found.push({ startMs: midnight - before.offsetMs, endMs: changeMs });
    }
  }
  return found;
}
