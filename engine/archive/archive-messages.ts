import type { MessagePort } from 'node:worker_threads';
import type { Failure } from '../errors.ts';
import type { NewValues } from '../events/new-values.ts';
import type { Plan } from '../plan/plan.ts';
import type { Opened } from './archive-folder.ts';
import type { ArchivePart } from './archive-part.ts';
import type { ArchiveRetention, RetiredDay } from './retention.ts';
import type { RowBlock } from './row-block.ts';

/** Between the thread that takes rows and the one that writes them; plain data, in order. */
export type ToArchiveWriter =
  /** First: goes on from `named`; what neither it nor `kept` name is removed. */
  | { readonly kind: 'open'; readonly named: ArchivePart | null; readonly kept: readonly ArchivePart[] }
  | { readonly kind: 'rows'; readonly block: RowBlock; readonly texts: NewValues }
  /** Everything before this belongs to one checkpoint. */
  | { readonly kind: 'cut'; readonly sealedThrough: number | null }
  | { readonly kind: 'committed'; readonly kept: readonly ArchivePart[] }
  | { readonly kind: 'close' };

export type FromArchiveWriter =
  | ({ readonly kind: 'opened' } & Opened)
  /** A block was dealt with; it may be filled again. */
  | { readonly kind: 'taken'; readonly block: RowBlock }
  /** Answers a cut. */
  | { readonly kind: 'part'; readonly part: ArchivePart; readonly retired: readonly RetiredDay[] }
  | { readonly kind: 'not-cut'; readonly failure: Failure }
  /** Files can't be written at the moment; null: they can again. */
  | { readonly kind: 'problem'; readonly problem: string | null }
  /** Small files stay as they are, and why. */
  | { readonly kind: 'not-merged'; readonly problem: string }
  | { readonly kind: 'closed' }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** What the thread that writes is started with. */
export interface ArchiveTask {
  /** To the keeper. */
  readonly port: MessagePort;
  readonly folder: string;
  readonly plan: Pick<Plan, 'schema' | 'limits' | 'timeZone'>;
  readonly retention: ArchiveRetention;
}
