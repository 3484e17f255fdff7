import { readdirSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openTestArchive, recordsOf } from '../../engine/archive/archive-fixtures.ts';
import { ARCHIVE } from '../../engine/archive/open-archive.ts';
import { openCheckpoints } from '../../engine/checkpoints/open-checkpoints.ts';
import { DEAD_LETTERS, emptyPart } from '../../engine/dead-letters/dead-letters-part.ts';
import { defaultCatalogue } from '../../engine/definitions/catalogue.ts';
import { createDictionaries } from '../../engine/events/create-dictionaries.ts';
import type { ChangedDays, LiveContents } from '../../engine/runtime/live/live-contents.ts';
import { factsOf } from '../../engine/runtime/live/rebuild-snapshot.ts';
import { restoreLive } from '../../engine/runtime/live/restore-live.ts';
import { createPipeline } from '../../engine/runtime/pipeline/create-pipeline.ts';
import { withFolder } from '../../engine/sources/parquet/parquet-fixtures.ts';
import { generateDays } from '../laws/generated-days.ts';
import { planOf } from '../laws/run-pipeline.ts';

const world = generateDays({
  ...{ seed: 5, timeZone: 'UTC', from: '2024-02-28', days: 2, events: 80 },
  ...{ duplicates: 0.1, conflicts: 0.1, broken: 0.1 },
});
const { calendar } = world;
const plan = planOf('UTC');

/** Two checkpoints of a run with an archive; gives what the second one knew. */
async function run(folder: string, changes: readonly ChangedDays[] = []) {
  const [checkpointFolder, archiveFolder] = [join(folder, 'checkpoints'), join(folder, 'archive')];
  const dictionaries = createDictionaries(plan.schema, plan.limits.maxCategoryValues);
  const pipeline = createPipeline({ plan, dictionaries, calendar, mode: 'live' });
  const { keeper } = await openTestArchive(archiveFolder, { dictionaries, plan });
  const checkpoints = await openCheckpoints<LiveContents>({ folder: checkpointFolder });
  const half = world.deliveries.length >> 1;
  for (const [from, to] of [
    [0, half],
    [half, world.deliveries.length],
  ] as const) {
    const events = world.deliveries.slice(from, to);
    const batch = recordsOf({ dictionaries, events, fromOffset: from, recordTimeMs: 9e15 });
    const fates = pipeline.process(batch, { partition: 'orders/0' });
    if (fates) keeper.take(batch, 'orders/0', fates);
    const snapshot = pipeline.lend();
    await checkpoints.write({
      plan,
      snapshot,
      offsets: { 'orders/0': String(to) },
      parts: { [ARCHIVE]: keeper.cut(), [DEAD_LETTERS]: emptyPart() },
      takenAtMs: 0,
      runFacts: { ...factsOf(snapshot.data), changes },
    });
  }
  await keeper.close();
  const restore = async (under = plan) =>
    restoreLive({
      checkpoints: await openCheckpoints<LiveContents>({ folder: checkpointFolder }),
      plan: under,
      calendar,
      archiveFolder,
    });
  const damage = (count: number): void => {
    const states = readdirSync(checkpointFolder).filter((name) => name.endsWith('.state'));
    for (const name of states.sort().slice(-count)) truncateSync(join(checkpointFolder, name), 100);
  };
  return { pipeline, restore, damage };
}

it('a run goes on from the newest checkpoint', () =>
  withFolder(async (folder) => {
    const { pipeline, restore } = await run(folder);
    const restored = await restore();
    expect(restored).toMatchObject({ offsets: { 'orders/0': String(world.deliveries.length) }, notes: [] });
    expect(restored?.snapshot.counts).toEqual(pipeline.counts());
  }));

it('where that is damaged, from the one before, and says so', () =>
  withFolder(async (folder) => {
    const { restore, damage } = await run(folder);
    damage(1);
    const restored = await restore();
    expect(restored?.offsets).toEqual({ 'orders/0': String(world.deliveries.length >> 1) });
    expect(restored?.notes).toEqual([expect.stringMatching(/^Checkpoint 0+2 was left out: /)]);
  }));

it('where all are, from the archive, up to the newest manifest', () =>
  withFolder(async (folder) => {
    const { pipeline, restore, damage } = await run(folder);
    damage(2);
    const restored = await restore();
    expect(restored).toMatchObject({ offsets: { 'orders/0': String(world.deliveries.length) } });
    expect(restored?.notes).toEqual([
      expect.stringMatching(/built anew from the archive, up to checkpoint 2/),
    ]);
    expect(restored?.snapshot.counts).toEqual(pipeline.counts());
    expect(restored?.snapshot.days.map(({ counts }) => counts)).toEqual(
      pipeline.snapshot().days.map(({ counts }) => counts),
    );
  }));

it('under another plan what is new is named, and what would decide otherwise is refused', () =>
  withFolder(async (folder) => {
    const before = { days: ['2024-02-28'], notes: ['Rollup x keeps y from noon on'] };
    const { restore } = await run(folder, [before]);
    const wider = planOf(
      'UTC',
      {},
      {
        ...defaultCatalogue,
        rollups: [
          ...defaultCatalogue.rollups,
          { name: 'hours', by: null, slice: 'hour', metrics: ['gmv'], identity: false },
        ],
      },
    );
    expect((await restore(wider))?.changes).toMatchObject([
      before,
      { notes: [expect.stringMatching(/^Rollup hours keeps gmv from /)] },
    ]);
    expect((await restore())?.changes).toEqual([before]);
    await expect(restore(planOf('UTC', { maxQuantity: 7 }))).rejects.toMatchObject({ code: 'plan_change' });
  }));
