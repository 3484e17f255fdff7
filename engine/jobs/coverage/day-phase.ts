import type { BusinessDay } from '../../calendar/business-calendar.ts';
import type { PlanLimits } from '../../plan/plan.ts';

/** How far the stream has come, epoch ms. */
export interface StreamTime {
  /** Null before live has said one: then the clock decides what is sealed. */
  readonly watermarkMs: number | null;
  readonly nowMs: number;
}

/**
 * Whether live has given a day up (as pipelines seal: the watermark has passed its end and the allowed lateness), or has
 * not come to it: a stream may be of another time than the clock's.
 */
export function dayPhase(
  { startMs, endMs }: Pick<BusinessDay, 'startMs' | 'endMs'>,
  { allowedLatenessMs }: Pick<PlanLimits, 'allowedLatenessMs'>,
  { watermarkMs, nowMs }: StreamTime,
): 'sealed' | 'live' | 'future' {
  if ((watermarkMs ?? nowMs) > endMs + allowedLatenessMs) return 'sealed';
  return startMs > (watermarkMs ?? nowMs) ? 'future' : 'live';
}
