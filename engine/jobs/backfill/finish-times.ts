import type { BusinessCalendar } from '../../calendar/business-calendar.ts';
import type { BackfillSettings } from '../../config.ts';
import type { JobDraft } from '../../protocol/jobs.ts';
import { endInWindows } from './night-window.ts';

/** Seconds that a job before this one still takes. */
export interface WorkBefore {
  readonly from: number;
  readonly to: number;
}

export interface FinishTimesOptions {
  readonly draft: JobDraft;
  readonly seconds: { readonly from: number; readonly to: number };
  readonly before: readonly WorkBefore[];
  readonly settings: Pick<BackfillSettings, 'tonight'>;
  readonly calendar: BusinessCalendar;
  readonly nowMs: number;
}

/**
 * When a job would be done: at the earliest where those before it take nothing from it, at the latest behind them all.
 * Null where nobody can know, as when it waits for an idle machine.
 */
export function finishTimes(options: FinishTimesOptions): { from: number; to: number } | null {
  const { draft, seconds, before, settings, calendar, nowMs } = options;
  if (draft.when === 'idle') return null;
  const waiting = before.reduce((sum, { to }) => sum + to, 0);
  const end = (after: number): number =>
    draft.when === 'now' ? nowMs + after * 1000 : endInWindows(settings.tonight, calendar, nowMs, after);
  return { from: Math.round(end(seconds.from)), to: Math.round(end(seconds.to + waiting)) };
}
