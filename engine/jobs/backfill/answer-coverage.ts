import type { Coverage } from '../../protocol/coverage.ts';
import { coverageOf } from '../coverage/coverage-of.ts';
import type { LoadFacts } from './governor.ts';
import type { JobContext } from './job-context.ts';

/** Puts together what a calendar of a year rests on. */
export async function answerCoverage(
  ask: { readonly dataset: string | null; readonly year: number | null },
  context: Omit<JobContext, 'lateByDay'> & Pick<LoadFacts, 'watermarkMs' | 'lateByDay'>,
): Promise<Coverage> {
  const { datasets, history, plan, calendar, now, lateByDay, watermarkMs } = context;
  const [published, ...looks] = await Promise.all([
    history.published({}),
    ...datasets.all.map((dataset) => dataset.look()),
  ]);
  return coverageOf({
    ...{
      year: ask.year,
      dataset: ask.dataset ?? datasets.all[0]?.name ?? '',
      looks,
      published,
      plan,
      calendar,
    },
    ...{ watermarkMs, nowMs: now(), lateByDay },
  });
}
