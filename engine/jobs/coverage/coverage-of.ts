import type { BusinessCalendar, BusinessDay } from '../../calendar/business-calendar.ts';
import type { DatasetLook } from '../../datasets/dataset.ts';
import { GmvError } from '../../errors.ts';
import type { DayFacts } from '../../history/jobs-history.ts';
import type { Plan, PlanLimits } from '../../plan/plan.ts';
import type { Coverage, CoverageDay, Dirt } from '../../protocol/coverage.ts';
import { type DayInputs, inputsOfDays, timesOfPart } from '../backfill/day-inputs.ts';
import { dirtOfDays } from './day-dirt.ts';
import { dayPhase, type StreamTime } from './day-phase.ts';

export interface CoverageOptions extends StreamTime {
  /** Null: the last year that anything is known of, or the present one. */
  readonly year: number | null;
  /** Name of the dataset whose files the calendar shows. */
  readonly dataset: string;
  /** Of all datasets. */
  readonly looks: readonly DatasetLook[];
  /** All published days. */
  readonly published: readonly DayFacts[];
  readonly plan: Pick<Plan, 'limits'>;
  readonly calendar: BusinessCalendar;
  /** Late events by day, as they are known now; null while they are not. */
  readonly lateByDay: Readonly<Record<string, number>> | null;
}

/**
 * The days of a year against a dataset: what is published, what its files could give, and what may be wrong. A date
 * that the zone left out is no business day.
 *
 * @throws GmvError `no_such_dataset`, `coverage_year` for a year beyond the plan's event times.
 */
export function coverageOf(options: CoverageOptions): Coverage {
  const { dataset, looks, published, plan, calendar } = options;
  const { limits } = plan;
  const look = looks.find(({ summary }) => summary.name === dataset);
  if (!look) {
    const names = looks.map(({ summary }) => summary.name).join(', ');
    throw new GmvError('no_such_dataset', `there is no dataset ${dataset}`, `Use one of ${names}.`);
  }
  const years = yearsOf(look, options);
  const year = options.year ?? years.at(-1) ?? yearOf(calendar.dayOf(options.watermarkMs ?? options.nowMs));
  const days = daysOfYear(year, calendar, limits);
  const inputs = inputsOfDays({ look, calendar, limits, days: days.map(({ label }) => label) });
  const factsByDay = new Map(published.map((facts) => [facts.day, facts]));
  const dirt = dirtOfDays({ published, looks, calendar, limits, lateByDay: options.lateByDay ?? {} });
  return {
    year,
    dataset,
    days: days.map((day) =>
      coverageDay({
        label: day.label,
        phase: dayPhase(day, limits, options),
        inputs: inputs.get(day.label),
        facts: factsByDay.get(day.label),
        dirt: dirt.get(day.label) ?? [],
      }),
    ),
    years,
    lateKnown: options.lateByDay !== null,
    dirtyDays: [...dirt.keys()]
      .filter((label) => dayPhase(calendar.dayOfLabel(label), limits, options) === 'sealed')
      .sort(),
  };
}

function coverageDay({
  label,
  phase,
  inputs,
  facts,
  dirt,
}: {
  label: string;
  phase: ReturnType<typeof dayPhase>;
  inputs: DayInputs | undefined;
  facts: DayFacts | undefined;
  dirt: readonly Dirt[];
}): CoverageDay {
  const sealed = facts ? 'published' : inputs ? 'missing' : 'empty';
  return {
    day: label,
    state: phase === 'sealed' ? sealed : phase,
    dirt,
    staleMetrics: facts?.staleMetrics ?? [],
    inFiles: inputs !== undefined,
    rows: inputs?.rows ?? 0,
    published: facts
      ? {
          generation: facts.generation,
          by: facts.by,
          atMs: facts.publishedAtMs,
          restated: facts.restated,
          applied: facts.counts.applied,
        }
      : null,
  };
}

const yearOf = ({ label }: BusinessDay): number => Number(label.slice(0, label.indexOf('-')));

function daysOfYear(year: number, calendar: BusinessCalendar, limits: PlanLimits): BusinessDay[] {
  const first = yearOf(calendar.dayOf(limits.minEventTimeMs));
  const last = yearOf(calendar.dayOf(limits.maxEventTimeMs - 1));
  if (!Number.isInteger(year) || year < first || year > last) {
    throw new GmvError(
      'coverage_year',
      `there are no events of the year ${year}`,
      `Ask for ${first} to ${last}.`,
    );
  }
  const from = calendar.dayOfLabel(`${year}-01-01`).index;
  const to = calendar.dayOfLabel(`${year}-12-31`).index;
  return Array.from({ length: to - from + 1 }, (_, i) => calendar.dayOfIndex(from + i)).filter(
    ({ startMs, endMs }) => startMs < endMs,
  );
}

function yearsOf({ files }: DatasetLook, { published, calendar, plan }: CoverageOptions): number[] {
  const years = new Set(published.map(({ day }) => yearOf(calendar.dayOfLabel(day))));
  for (const part of files.flatMap(({ parts }) => parts)) {
    const times = timesOfPart(part, plan.limits);
    if (!times) continue;
    const last = yearOf(calendar.dayOf(times.toMs - 1));
    for (let year = yearOf(calendar.dayOf(times.fromMs)); year <= last; year++) years.add(year);
  }
  return [...years].sort((a, b) => a - b);
}
