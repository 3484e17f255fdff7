import type { ArchiveFile, ArchivePart } from '../../archive/archive-part.ts';
import type { BusinessCalendar } from '../../calendar/business-calendar.ts';
import { GmvError } from '../../errors.ts';
import type { Counts } from '../../events/counts.ts';
import { createDictionaries } from '../../events/create-dictionaries.ts';
import type { Plan } from '../../plan/plan.ts';
import { createPipeline } from '../pipeline/create-pipeline.ts';
import type { PipelineSnapshot } from '../pipeline/pipeline-snapshot.ts';
import { applyRecorded } from './apply-recorded.ts';

/** What a pipeline knows besides its days: little enough for a checkpoint's manifest. */
export interface SnapshotFacts
  extends Pick<
    PipelineSnapshot,
    'counts' | 'latestByPartition' | 'watermarkMs' | 'sealedThrough' | 'lateByDay' | 'dataToMs'
  > {
  /** The business days that hold state, and what became of their rows. */
  readonly openDays: readonly { readonly index: number; readonly counts: Counts }[];
}

/** Of a snapshot that is lent, too: tables are not looked at. */
export function factsOf(
  snapshot: Pick<PipelineSnapshot, Exclude<keyof SnapshotFacts, 'openDays'>> & {
    readonly days: SnapshotFacts['openDays'];
  },
): SnapshotFacts {
  const { counts, latestByPartition, watermarkMs, sealedThrough, lateByDay, dataToMs, days } = snapshot;
  const openDays = days.map(({ index, counts: ofDay }) => ({ index, counts: ofDay }));
  return { counts, latestByPartition, watermarkMs, sealedThrough, lateByDay, dataToMs, openDays };
}

export interface RebuildOptions {
  readonly plan: Plan;
  readonly calendar: BusinessCalendar;
  /** Archive and facts of one checkpoint. */
  readonly part: ArchivePart;
  readonly facts: SnapshotFacts;
  /** The archive's. */
  readonly folder: string;
}

/**
 * Builds what a live pipeline knew at a checkpoint from the archive alone: what was applied is applied again, and all
 * else counts as it was decided then, so that a run goes on as if it had been there.
 *
 * @throws GmvError `archive_incomplete` where rows are missing (retention spares unsealed days), and those of the
 * archive's source.
 */
export async function rebuildSnapshot(options: RebuildOptions): Promise<PipelineSnapshot> {
  const { plan, calendar, part, facts, folder } = options;
  const { schema, columns, limits } = plan;
  const dictionaries = createDictionaries(schema, limits.maxCategoryValues);
  const pipeline = createPipeline({ plan, dictionaries, calendar, mode: 'live' });
  const labels = new Set(facts.openDays.map(({ index }) => calendar.dayOfIndex(index).label));
  const include = ({ day }: ArchiveFile): boolean => day !== null && labels.has(day);
  await applyRecorded(pipeline, { part, folder, schema, columns, dictionaries, include });
  const { plan: fingerprint, mode, dictionaries: texts, days } = pipeline.snapshot();
  const { openDays, ...others } = facts;
  return {
    ...others,
    plan: fingerprint,
    mode,
    dictionaries: texts,
    days: openDays.map(({ index, counts }) => {
      const found = days.find((day) => day.index === index);
      const applied = found?.counts.applied ?? 0;
      if (applied !== counts.applied)
        throw incomplete(folder, calendar.dayOfIndex(index).label, applied, counts);
      return { index, counts, tables: found?.tables ?? null };
    }),
  };
}

function incomplete(folder: string, day: string, found: number, { applied }: Counts): GmvError {
  return new GmvError(
    'archive_incomplete',
    `${folder} gives ${found} events of ${day} anew, of ${applied} that were applied`,
    'Restore the archive from a copy, or begin anew from Kafka: move the folder of checkpoints away.',
  );
}
