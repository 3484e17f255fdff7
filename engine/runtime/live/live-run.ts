import type { StreamStatus } from '../../protocol/status.ts';
import type { Source } from '../../sources/source.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { Checkpointer } from './checkpointer.ts';
import type { Keeper } from './keeper.ts';

/** What the live loop runs, put together by where the events come from. */
export interface LiveRun {
  readonly source: Source;
  readonly pipeline: Pipeline;
  /** Next offsets at the start. */
  readonly offsets?: Readonly<Record<string, string>>;
  readonly keepers?: readonly Keeper[];
  readonly checkpointer?: Checkpointer;
  /** As in the live loop. */
  readonly idleAfterMs?: number;
  /** Null where live follows no stream. */
  stream(): StreamStatus | null;
  /** After the loop has ended, for whatever reason. */
  close(): Promise<void>;
}
