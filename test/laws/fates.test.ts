import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Counts, zeroCounts } from '../../engine/events/counts.ts';
import { createDictionaries } from '../../engine/events/create-dictionaries.ts';
import { DISPOSITIONS, type RowFates } from '../../engine/events/disposition.ts';
import { appendEvent } from '../../engine/events/encode-event.ts';
import type { OrderEvent } from '../../engine/events/order-event.ts';
import { createRecordBatch } from '../../engine/events/record-batch.ts';
import { TOMBSTONE } from '../../engine/events/record-columns.ts';
import { createPipeline } from '../../engine/runtime/pipeline/create-pipeline.ts';
import { generateDays, recipes } from './generated-days.ts';
import { cases, expectSame } from './law.ts';
import { planOf } from './run-pipeline.ts';

/** Counts what each row was told to have become. */
function tally(counts: Counts, fates: RowFates, rows: number): void {
  const names = { applied: 'applied', duplicate: 'duplicates', conflict: 'conflicts', late: 'late' } as const;
  for (let row = 0; row < rows; row++) {
    const fate = DISPOSITIONS[fates.disposition[row]!]!;
    counts.rows++;
    if (fate === 'rejected') {
      const reason = fates.reasons[fates.reason[row]!]!;
      counts.rejected++;
      counts.rejectedBy[reason] = (counts.rejectedBy[reason] ?? 0) + 1;
    } else counts[names[fate]]++;
  }
}

it('what records are told to have become sums to the counts, and what is told applied is enough for all figures', () => {
  const told = zeroCounts();
  fc.assert(
    fc.property(
      recipes({ events: 100, days: 4 }),
      fc.integer({ min: 1, max: 20 }),
      fc.constantFrom(0, 3_600_000),
      (recipe, size, allowedLatenessMs) => {
        const world = generateDays(recipe);
        const plan = planOf(recipe.timeZone, { outOfOrdernessMs: 0, allowedLatenessMs });
        const begin = () => {
          const dictionaries = createDictionaries(plan.schema, plan.limits.maxCategoryValues);
          const { calendar } = world;
          const pipeline = createPipeline({ plan, dictionaries, calendar, mode: 'live' });
          const give = (events: readonly OrderEvent[]): RowFates => {
            const batch = createRecordBatch(plan.schema, events.length + 1);
            batch.recordTimeMs.fill(Number.MAX_SAFE_INTEGER);
            for (const event of events) appendEvent(batch, plan.schema, dictionaries, event);
            // Behind them a tombstone, as compacted topics have.
            batch.records.failure[batch.length] = TOMBSTONE;
            appendEvent(batch, plan.schema, dictionaries, {});
            const fates = pipeline.process(batch, { partition: 'orders/0' });
            if (fates === null) throw new Error('a batch of records has no fates');
            return fates;
          };
          return { pipeline, give };
        };
        const all = begin();
        const onlyApplied = begin();
        const counts = zeroCounts();
        for (let at = 0; at < world.deliveries.length; at += size) {
          const events = world.deliveries.slice(at, at + size);
          const fates = all.give(events);
          tally(counts, fates, events.length + 1);
          tally(told, fates, events.length + 1);
          expectSame(all.pipeline.counts(), counts);
          const applied = events.filter((_, row) => DISPOSITIONS[fates.disposition[row]!] === 'applied');
          if (applied.length > 0) onlyApplied.give(applied);
          const late = all.pipeline.lateDays().reduce((sum, { events }) => sum + events, 0);
          expect(late).toBe(counts.late);
          all.pipeline.seal();
          onlyApplied.pipeline.seal();
        }
        expect(onlyApplied.pipeline.counts().applied).toBe(counts.applied);
        const figures = ({ pipeline }: typeof all) =>
          pipeline.takeChanges().map(({ counts: _, ...figures }) => figures.rollups);
        expectSame(
          figures(onlyApplied).filter((rollups) => rollups.length > 0),
          figures(all).filter((rollups) => rollups.length > 0),
        );
      },
    ),
    cases(150),
  );
  for (const kind of ['applied', 'duplicates', 'conflicts', 'late', 'rejected'] as const)
    expect(told[kind], kind).toBeGreaterThan(0);
  expect(told.rejectedBy.tombstone).toBeGreaterThan(0);
});
