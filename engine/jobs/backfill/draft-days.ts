import type { BusinessCalendar } from '../../calendar/business-calendar.ts';
import { GmvError } from '../../errors.ts';
import type { Plan } from '../../plan/plan.ts';
import type { JobDraft } from '../../protocol/jobs.ts';
import { say } from '../../protocol/sayings.ts';
import { dayPhase } from '../coverage/day-phase.ts';

export interface DraftDays {
  /** Labels of sealed days, ascending, each once. */
  readonly sealed: readonly string[];
  readonly left: readonly { readonly day: string; readonly why: 'not_sealed' | 'future' }[];
}

export interface DraftDaysOptions {
  readonly draft: JobDraft;
  readonly plan: Plan;
  readonly calendar: BusinessCalendar;
  readonly nowMs: number;
  /** Null before live has said one: then the clock decides what is sealed. */
  readonly watermarkMs: number | null;
}

const MOST_DAYS = 20_000;

/**
 * The days that a draft asks for, by whether live has given them up.
 *
 * @throws GmvError `draft` for a span that is none, or too many days.
 */
export function draftDays({ draft, plan, calendar, nowMs, watermarkMs }: DraftDaysOptions): DraftDays {
  const sealed: string[] = [];
  const left: { day: string; why: 'not_sealed' | 'future' }[] = [];
  for (const index of indexesOf(draft, calendar)) {
    const day = calendar.dayOfIndex(index);
    const phase = dayPhase(day, plan.limits, { nowMs, watermarkMs });
    if (phase === 'sealed') sealed.push(day.label);
    else left.push({ day: day.label, why: phase === 'future' ? 'future' : 'not_sealed' });
  }
  return { sealed, left };
}

function indexesOf({ spans }: JobDraft, calendar: BusinessCalendar): number[] {
  const days = new Set<number>();
  for (const { from, to } of spans) {
    const [first, last] = [from, to].map((label) => calendar.dayOfLabel(label).index) as [number, number];
    if (last < first) throw new GmvError('draft', say('no_such_days', { from, to }), say('earlier_first'));
    if (days.size + last - first >= MOST_DAYS) {
      throw new GmvError('draft', say('too_many_days', { days: MOST_DAYS }), say('divide'));
    }
    for (let index = first; index <= last; index++) days.add(index);
  }
  return [...days].sort((a, b) => a - b);
}

/** @throws GmvError `no_such_metric` that names those there are. */
export function checkMetrics({ metrics }: JobDraft, plan: Plan): void {
  const known = [...plan.additive, ...plan.distinct].map(({ metric }) => metric);
  const unknown = metrics?.filter((metric) => !known.includes(metric)) ?? [];
  if (unknown.length === 0 && metrics?.length !== 0) return;
  throw new GmvError(
    'no_such_metric',
    metrics?.length === 0 ? 'No metric is chosen' : `There is no base metric ${unknown.join(', ')}`,
    `There are: ${known.join(', ')}.`,
  );
}
