import { zeroCounts } from '../../events/counts.ts';
import type { DayFigures } from '../../figures/day-figures.ts';
import type { Epoch } from '../../figures/epoch.ts';
import type { Fact } from '../../history/figures-of-facts.ts';

/** For tests only: an epoch of a run that has seen `facts`; `days` are those with changes. */
export function epochOf(options: {
  number: number;
  facts: readonly Fact[];
  days: readonly DayFigures[];
  sealed?: readonly DayFigures[];
  runId?: string;
}): Epoch {
  const { number, facts, days, sealed = [], runId = 'run' } = options;
  const latest = facts.length > 0 ? Math.max(...facts.map(({ timeMs }) => timeMs)) : null;
  return {
    runId,
    epoch: number,
    watermarkMs: latest === null ? null : latest - 1_000,
    dataToMs: latest,
    offsets: {},
    atCheckpoint: false,
    counts: zeroCounts(),
    replaying: false,
    lagMs: 0,
    days,
    sealed,
  };
}
