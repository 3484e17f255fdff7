import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import { finishMetric } from '../../definitions/finish.ts';
import { fingerprint } from '../../plan/fingerprint.ts';
import type { Plan } from '../../plan/plan.ts';
import type { ComparedDay, ComparedFigure, Comparison } from '../../protocol/comparison.ts';
import { causesOfDifference } from './causes-of-difference.ts';
import type { ComparedPair, GenerationPair } from './compared-pair.ts';
import { differingDays } from './differing-days.ts';
import { type DayTotal, readDayTotals } from './total-figures.ts';

/** After so many the thread's other work gets its turn. */
const DAYS_PER_TURN = 64;

/**
 * Compares the days of a job: total figures, whether anything differs (see {@link differingDays}), and why. A day of
 * which nothing is published differs. All days are taken as current: see {@link outdatedDays}.
 *
 * `connection` is best one of its own, as queries of a connection wait for each other and this takes seconds.
 *
 * @throws GmvError `sum_too_large` where a day's figure passes 2^53.
 */
export async function compareDays(options: {
  connection: DuckDBConnection;
  plan: Plan;
  job: string;
  /** Ascending by day. */
  pairs: readonly ComparedPair[];
  /** Epoch ms. */
  comparedAtMs: number;
}): Promise<Comparison> {
  const { connection, plan, job, pairs, comparedAtMs } = options;
  const bothSides = pairs.flatMap((pair): GenerationPair[] =>
    pair.published ? [{ ...pair, published: pair.published }] : [],
  );
  const total = await readDayTotals({
    connection,
    plan,
    generations: pairs.flatMap(({ published, computed }) => (published ? [published, computed] : [computed])),
  });
  const differing = await differingDays({ connection, pairs: bothSides });
  const days: ComparedDay[] = [];
  for (const pair of pairs) {
    const differs = pair.published === null || differing.has(pair.day);
    days.push({
      day: pair.day,
      published: pair.published?.id ?? null,
      computed: pair.computed.id,
      figures: figuresOf(plan, (side, metric) => {
        const generation = pair[side];
        return generation ? total(generation.id, metric) : null;
      }),
      differs,
      causes: causesOfDifference({ pair, differs }),
    });
    if (days.length % DAYS_PER_TURN === 0) await nextTurn();
  }
  return {
    job,
    fingerprint: comparisonFingerprint(job, pairs),
    comparedAtMs,
    days,
    totals: totalsOf(plan, pairs, total),
    outdated: [],
  };
}

/** What an approval names: which generations stood against which. */
function comparisonFingerprint(
  job: string,
  pairs: readonly {
    readonly day: string;
    readonly published: { id: number } | null;
    readonly computed: { id: number };
  }[],
): string {
  return fingerprint({
    job,
    days: pairs.map(({ day, published, computed }) => [day, published?.id ?? null, computed.id]),
  });
}

/** The days of a comparison whose published generation is another by now. */
export function outdatedDays(
  days: readonly ComparedDay[],
  publishedNow: (day: string) => number | null,
): string[] {
  return days.filter(({ day, published }) => publishedNow(day) !== published).map(({ day }) => day);
}

type Side = 'published' | 'computed';

function figuresOf(plan: Plan, base: (side: Side, metric: string) => number | null): ComparedFigure[] {
  return plan.metrics.map((metric) => ({
    metric: metric.name,
    published: finishMetric(metric, (name) => base('published', name)),
    computed: finishMetric(metric, (name) => base('computed', name)),
  }));
}

function totalsOf(plan: Plan, pairs: readonly ComparedPair[], total: DayTotal): ComparedFigure[] {
  const additive = new Set(plan.additive.map(({ metric }) => metric));
  return figuresOf(plan, (side, metric) => {
    const generations = pairs.flatMap((pair) => pair[side] ?? []);
    if (!additive.has(metric) || generations.length === 0) return null;
    let sum = 0;
    for (const { id } of generations) {
      const value = total(id, metric);
      if (value === null) return null;
      sum += value;
    }
    // Days are exact; what so many make together may not be.
    return Number.isSafeInteger(sum) ? sum : null;
  });
}
