import { zeroCounts } from '../../events/counts.ts';
import type { DayFigures } from '../../figures/day-figures.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';

/** Everything that a live pipeline, which told nothing yet, has to tell of a day. */
export function changesOfDay(pipeline: Pipeline, day: string): DayFigures {
  const told = pipeline.takeChanges().find((figures) => figures.day === day);
  return told ?? { day, rollups: [], counts: zeroCounts() };
}
