import { figureKey } from '../plan/figure-meanings.ts';
import type { Source } from './contents.ts';
import { contentsOfTarget } from './contents-of-target.ts';
import type { Afterwards, Generation } from './generations.ts';
import type { HistoryTables } from './history-tables.ts';
import { figuresMissing } from './job-errors.ts';
import type { FigureName, UnitRequest } from './jobs-history.ts';
import type { StagedDay } from './staged/staged-day.ts';
import { createUnitTargets, holdsExactly, type UnitTarget } from './unit-target.ts';
import { writeFigures } from './write-figures.ts';

/** A generation that a unit needs, and how it comes to be where there is none yet. */
export interface UnitGeneration {
  readonly id: number;
  /** Null: one that was there is taken. */
  readonly made: Generation | null;
  /** Writes `made`, inside a transaction. */
  write(afterwards: Afterwards): Promise<void>;
}

/** How the figures of units come together. */
export interface Units {
  lacking(unit: UnitRequest): readonly FigureName[];
  /**
   * Tables and columns are there after this, rows are not.
   *
   * @throws GmvError `figures_missing` where a figure was neither read nor kept.
   */
  generationOf(unit: UnitRequest, fresh: StagedDay | null): Promise<UnitGeneration>;
}

export function createUnits(tables: HistoryTables): Units {
  const { plan, meanings, wide, generations, publications, clock } = tables;
  const targets = createUnitTargets({ plan, meanings });
  const look = (unit: UnitRequest, fresh: StagedDay | null) => {
    const base = generations.get(publications.current(unit.day)?.generation ?? -1) ?? null;
    const others = generations.ofDay(unit.day).filter(({ id }) => id !== base?.id);
    const kept = base ? [base, ...others] : others;
    return { base, kept, target: targets.targetOf({ unit, fresh, kept, base }) };
  };
  const isByPlan = (target: UnitTarget): boolean =>
    target.rollups.every(({ rollup, figures }) =>
      figures.every(({ metric, meaning }) => meanings.get(figureKey(rollup, metric)) === meaning),
    );

  return {
    lacking: (unit) => look(unit, null).target.lacking,
    async generationOf(unit, fresh) {
      const { day, dataset, inputs, lateEvents } = unit;
      const { base, kept, target } = look(unit, fresh);
      if (target.lacking.length > 0) throw figuresMissing(day, target.lacking);
      const same = kept.find((generation) => holdsExactly(generation, target, inputs));
      if (same) return { id: same.id, made: null, write: async () => undefined };

      const id = generations.nextId();
      const read: Source | null = fresh && {
        made: id,
        dataset,
        inputs,
        lateEvents,
        counts: fresh.counts,
        hours: fresh.hours ?? null,
      };
      const isMixed = target.rollups.some(({ figures }) => figures.some(({ wanted }) => !wanted));
      const made: Generation = {
        ...contentsOfTarget({ target, fresh: read, inputs, lateEvents }),
        id,
        day,
        origin: 'replay',
        planFingerprint: isByPlan(target) || !base ? plan.fingerprint : base.planFingerprint,
        madeAtMs: clock(),
        base: isMixed ? (base?.id ?? null) : null,
      };
      for (const contents of made.rollups) await wide.ensure(contents);
      return {
        id,
        made,
        async write(afterwards) {
          await writeFigures({ connection: tables.writer, id, rollups: target.rollups, fresh });
          await generations.insert(made, afterwards);
        },
      };
    },
  };
}
