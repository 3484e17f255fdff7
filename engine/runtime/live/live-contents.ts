import type { ArchivePart } from '../../archive/archive-part.ts';
import type { ARCHIVE } from '../../archive/open-archive.ts';
import type { CheckpointContents } from '../../checkpoints/checkpoint.ts';
import type { DEAD_LETTERS, DeadLettersPart } from '../../dead-letters/dead-letters-part.ts';
import type { Plan } from '../../plan/plan.ts';
import type { PipelineSnapshot } from '../pipeline/pipeline-snapshot.ts';
import type { SnapshotFacts } from './rebuild-snapshot.ts';

/** A change of the plan: what it means for business days that were open then, until they are sealed. */
export interface ChangedDays {
  /** `2026-11-22` */
  readonly days: readonly string[];
  /** For people. */
  readonly notes: readonly string[];
}

/** What a checkpoint of a live run holds. */
export interface LiveContents extends CheckpointContents {
  readonly plan: Plan;
  readonly snapshot: PipelineSnapshot;
  readonly parts: { readonly [ARCHIVE]: ArchivePart; readonly [DEAD_LETTERS]: DeadLettersPart };
  /** Enough to build the snapshot anew from the archive, and which days the plan was changed in. */
  readonly runFacts: SnapshotFacts & { readonly changes: readonly ChangedDays[] };
}
