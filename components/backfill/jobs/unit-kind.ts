import type { JobUnit, UnitTally } from '../../../engine/protocol/jobs.ts';

/** How a unit is shown: its state, and computed units apart from those whose figures were there. */
export type UnitKind = JobUnit['state'] | 'cached';

/** In the order in which they are drawn. */
export const UNIT_KINDS: readonly UnitKind[] = [
  'done',
  'cached',
  'running',
  'failed',
  'cancelled',
  'waiting',
];

export function kindOf({ state, cached }: Pick<JobUnit, 'state' | 'cached'>): UnitKind {
  return state === 'done' && cached ? 'cached' : state;
}

/** Units by kind: `done` of a tally holds the cached ones, too. */
export function unitsByKind(tally: UnitTally): Readonly<Record<UnitKind, number>> {
  return { ...tally, done: tally.done - tally.cached };
}

export function allUnits({ waiting, running, done, failed, cancelled }: UnitTally): number {
  return waiting + running + done + failed + cancelled;
}
