import { setTimeout as sleep } from 'node:timers/promises';
import { archivePart } from '../../archive/archive-part.ts';
import { ARCHIVE } from '../../archive/open-archive.ts';
import type { Manifest } from '../../checkpoints/manifest.ts';
import { newestManifest } from '../../checkpoints/newest-manifest.ts';
import type { HeldFiles } from '../../datasets/hold-files.ts';
import { createDictionaries } from '../../events/create-dictionaries.ts';
import type { Plan } from '../../plan/plan.ts';
import { createPipeline } from '../pipeline/create-pipeline.ts';
import { holdPart } from './hold-part.ts';
import type { KafkaRunOptions } from './kafka-run.ts';
import { liveFolders } from './live-folders.ts';
import type { LiveRun } from './live-run.ts';
import { openKafkaIntake } from './open-kafka-intake.ts';
import { rebuildSnapshot, type SnapshotFacts } from './rebuild-snapshot.ts';

const LOOK_EVERY_MS = 500;

export interface FilteredRunOptions
  extends Pick<KafkaRunOptions, 'calendar' | 'kafka' | 'dataFolder' | 'minorDigits' | 'clock' | 'say'> {
  /** Of a combination of filters. */
  readonly plan: Plan;
  /** So that no compaction takes files away that are being read. */
  readonly held: HeldFiles;
  readonly signal: AbortSignal;
}

/**
 * The open days through another plan beside live: from the archive up to the newest checkpoint, by the recorded
 * decisions, and from exactly there from Kafka. It keeps nothing; a crash begins anew.
 *
 * @throws GmvError of the archive and of Kafka; the signal's reason while there is no checkpoint yet.
 */
export async function openFilteredRun(options: FilteredRunOptions): Promise<LiveRun> {
  const { plan, calendar, kafka, dataFolder, minorDigits, clock, say, held, signal } = options;
  const folders = liveFolders(dataFolder);
  const manifest = await firstManifest(folders.checkpoints, signal);
  const from = await snapshotOf(manifest);
  const dictionaries = createDictionaries(plan.schema, plan.limits.maxCategoryValues);
  const pipeline = createPipeline({ plan, dictionaries, calendar, mode: 'live', from });
  const { offsets } = manifest;
  const source = openKafkaIntake({
    plan,
    dictionaries,
    kafka,
    minorDigits,
    start: { offsets },
    clock,
    say,
    group: null,
  });
  return {
    source,
    pipeline,
    offsets,
    idleAfterMs: kafka.idleAfterSeconds * 1000,
    stream: () => null,
    close: async () => undefined,
  };

  async function snapshotOf({ parts, runFacts }: Manifest) {
    const whole = archivePart.parse(parts[ARCHIVE]);
    const facts = runFacts as SnapshotFacts;
    const open = new Set(facts.openDays.map(({ index }) => calendar.dayOfIndex(index).label));
    const needed = whole.files.filter(({ day }) => day !== null && open.has(day));
    const { part, folder, release } = await holdPart(held, folders.archive, { ...whole, files: needed });
    try {
      return await rebuildSnapshot({ plan, calendar, part, facts, folder });
    } finally {
      await release();
    }
  }
}

async function firstManifest(folder: string, signal: AbortSignal): Promise<Manifest> {
  for (;;) {
    const newest = await newestManifest(folder);
    if (newest) return newest;
    await sleep(LOOK_EVERY_MS, undefined, { signal });
  }
}
