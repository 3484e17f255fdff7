import type { DuckDBConnection } from '@duckdb/node-api';
import type { BusinessCalendar } from '../../calendar/business-calendar.ts';
import { GmvError } from '../../errors.ts';
import type { Plan } from '../../plan/plan.ts';
import type { DayComparison } from '../../protocol/comparison.ts';
import type { ComparedPair } from './compared-pair.ts';
import { dayCurves } from './day-curves.ts';
import { largestChanges } from './largest-changes.ts';

/**
 * One metric of one day: curve over curve (see {@link dayCurves}) and the largest changes by dimension (see
 * {@link largestChanges}).
 *
 * @throws GmvError `no_such_metric`.
 */
export async function compareDay(options: {
  connection: DuckDBConnection;
  plan: Plan;
  calendar: BusinessCalendar;
  pair: ComparedPair;
  metric: string;
}): Promise<DayComparison> {
  const { connection, plan, calendar, pair } = options;
  const metric = plan.metrics.find(({ name }) => name === options.metric);
  if (!metric) {
    const names = plan.metrics.map(({ name }) => name).join(', ');
    throw new GmvError('no_such_metric', `there is no metric ${options.metric}`, `Ask for one of ${names}.`);
  }
  const day = calendar.dayOfLabel(pair.day);
  const curves = await dayCurves({ connection, plan, day, pair, metric });
  const { published } = pair;
  return {
    day: pair.day,
    metric: metric.name,
    startMs: day.startMs,
    ...curves,
    changes: published
      ? await largestChanges({ connection, plan, pair: { ...pair, published }, metric })
      : [],
  };
}
