import { ARCHIVE } from '../../archive/open-archive.ts';
import type { BusinessCalendar } from '../../calendar/business-calendar.ts';
import type { Checkpoints } from '../../checkpoints/checkpoint.ts';
import { GmvError } from '../../errors.ts';
import type { Plan } from '../../plan/plan.ts';
import { say } from '../../protocol/sayings.ts';
import type { PipelineSnapshot } from '../pipeline/pipeline-snapshot.ts';
import { migrateSnapshot } from '../pipeline/plan-change/migrate-snapshot.ts';
import type { ChangedDays, LiveContents } from './live-contents.ts';
import { rebuildSnapshot } from './rebuild-snapshot.ts';

/** Where a live run goes on. */
export interface RestoredLive {
  /** `checkpoint 12 of 2026-11-22T10:00:00.000Z` */
  readonly name: string;
  readonly snapshot: PipelineSnapshot;
  /** Partition → next offset, decimal text. */
  readonly offsets: Readonly<Record<string, string>>;
  readonly parts: LiveContents['parts'];
  /** Changes of the plan that still tell in open days. */
  readonly changes: readonly ChangedDays[];
  /** What is other than usual besides, for people. */
  readonly notes: readonly string[];
}

export interface RestoreLiveOptions {
  readonly checkpoints: Checkpoints<LiveContents>;
  readonly plan: Plan;
  readonly calendar: BusinessCalendar;
  readonly archiveFolder: string;
}

/**
 * The newest checkpoint that is whole, under the plan of now; where none is, what the newest manifest's archive tells
 * of the open days. Null where there has been no checkpoint.
 *
 * @throws GmvError `plan_change`; `checkpoint_…`; those of {@link rebuildSnapshot}
 */
export async function restoreLive(options: RestoreLiveOptions): Promise<RestoredLive | null> {
  const { checkpoints, plan } = options;
  try {
    const restored = await checkpoints.newest();
    if (!restored) return null;
    const { checkpoint, skipped } = restored;
    const { offsets, parts, runFacts } = checkpoint;
    const name = nameOf(checkpoint);
    const notes = skipped.map((left) => say('checkpoint_left_out', { name: left.name, why: left.reason }));
    const common = { name, offsets, parts, notes };
    if (checkpoint.plan.fingerprint === plan.fingerprint)
      return { ...common, snapshot: checkpoint.snapshot, changes: runFacts.changes };
    const { snapshot, days, notes: told } = migrateSnapshot(checkpoint.snapshot, checkpoint.plan, plan);
    return { ...common, snapshot, changes: [...runFacts.changes, { days, notes: told }] };
  } catch (error) {
    const isDamaged = error instanceof GmvError && error.code === 'checkpoint_damaged';
    const rebuilt = isDamaged ? await rebuildNewest(options) : null;
    if (!rebuilt) throw error;
    return rebuilt;
  }
}

async function rebuildNewest(options: RestoreLiveOptions): Promise<RestoredLive | null> {
  const { checkpoints, plan, calendar, archiveFolder: folder } = options;
  const manifest = checkpoints.manifests().at(-1);
  if (!manifest || manifest.plan !== plan.fingerprint) return null;
  const parts = manifest.parts as LiveContents['parts'];
  const facts = manifest.runFacts as LiveContents['runFacts'];
  const snapshot = await rebuildSnapshot({ plan, calendar, part: parts[ARCHIVE], facts, folder });
  const name = nameOf(manifest);
  const note = say('built_anew', { checkpoint: name });
  return { name, snapshot, offsets: manifest.offsets, parts, changes: facts.changes, notes: [note] };
}

function nameOf({ id, takenAtMs }: { readonly id: number; readonly takenAtMs: number }): string {
  return `checkpoint ${id} of ${new Date(takenAtMs).toISOString()}`;
}
