import { createBusinessCalendar } from '../../calendar/business-calendar.ts';
import type { DayFigures } from '../../figures/day-figures.ts';
import { figureMeanings } from '../../plan/figure-meanings.ts';
import type { Plan } from '../../plan/plan.ts';
import { contentsOf, type Source } from '../contents.ts';
import type { Generation } from '../generations.ts';
import type { Origin } from '../history.ts';
import { openHistoryFile } from '../history-file.ts';
import { openStaging } from '../staging.ts';
import { openWideTables } from '../wide-tables.ts';
import { allFigures, writeFigures } from '../write-figures.ts';

/** For tests: a history in memory into which generations are written that nobody publishes. */
export async function openCompareBed(plan: Plan) {
  const file = await openHistoryFile({ path: ':memory:', plan });
  const tables = await openWideTables(file.writer);
  const staging = openStaging(':memory:');
  const calendar = createBusinessCalendar(plan.timeZone);
  let last = 0;
  return {
    connection: file.reader,
    writer: file.writer,
    plan,
    calendar,
    /** Writes figures under a plan, by default the bed's. */
    async add(
      figures: DayFigures,
      more: { plan?: Plan; origin?: Origin; source?: Partial<Source> } = {},
    ): Promise<Generation> {
      const by = more.plan ?? plan;
      const id = ++last;
      const rollups = await staging.with(figures, async (fresh) => {
        const held = contentsOf(fresh.rollups, by, figureMeanings(by));
        for (const contents of held) await tables.ensure(contents);
        await writeFigures({ connection: file.writer, id, rollups: allFigures(fresh), fresh });
        return held;
      });
      const { day, counts, hours = null } = figures;
      return {
        id,
        day,
        origin: more.origin ?? 'replay',
        planFingerprint: by.fingerprint,
        madeAtMs: id,
        rollups,
        sources: [{ made: id, dataset: null, inputs: null, lateEvents: 0, counts, hours, ...more.source }],
        counted: 0,
        base: null,
      };
    },
    async close() {
      await file.close();
      staging.close();
    },
  };
}

export type CompareBed = Awaited<ReturnType<typeof openCompareBed>>;
