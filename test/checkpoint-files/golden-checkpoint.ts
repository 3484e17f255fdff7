import { fingerprint } from '../../engine/plan/fingerprint.ts';
import type { Plan } from '../../engine/plan/plan.ts';
import type { PipelineSnapshot } from '../../engine/runtime/pipeline/pipeline-snapshot.ts';
import { calendarOf } from '../laws/generated-days.ts';
import { startRun } from '../laws/run-pipeline.ts';
import { namedFigures } from '../named-figures.ts';

export interface GoldenContents {
  readonly plan: Plan;
  readonly snapshot: PipelineSnapshot;
  readonly parts: Readonly<Record<string, unknown>>;
  readonly runFacts: unknown;
}

/** What a pipeline tells that goes on from a checkpoint, short enough to be written down. */
export function toldBy({ plan, snapshot }: Pick<GoldenContents, 'plan' | 'snapshot'>) {
  const { pipeline } = startRun({ plan, calendar: calendarOf(plan.timeZone), mode: 'live', from: snapshot });
  const figures = namedFigures(pipeline.takeChanges());
  return {
    counts: pipeline.counts(),
    watermarkMs: pipeline.watermarkMs(),
    dataToMs: pipeline.dataToMs(),
    lateDays: pipeline.lateDays(),
    openDays: pipeline.openDays().join(),
    figures: Object.keys(figures).length,
    digest: fingerprint(figures),
  };
}
