import { endianness } from 'node:os';
import { join } from 'node:path';
import type {
  Checkpoint,
  CheckpointContents,
  CheckpointDraft,
  Checkpoints,
  SkippedCheckpoint,
  WrittenCheckpoint,
} from './checkpoint.ts';
import { busy, noneWhole, otherByteOrder, unreadable, unwritable } from './checkpoint-error.ts';
import {
  findCheckpoints,
  manifestFile,
  nameOf,
  putAside,
  removeAside,
  removeCheckpoint,
  stateFile,
} from './checkpoint-files.ts';
import { Damage } from './damage.ts';
import { writeDurably } from './durable-files.ts';
import { type Manifest, manifestText } from './manifest.ts';
import { readStateFile } from './read-state-file.ts';
import { takeApart } from './skeleton.ts';
import { type WrittenState, writeStateFile } from './write-state-file.ts';

export interface OpenCheckpointsOptions {
  /** Made where there is none. */
  readonly folder: string;
  /** How many are kept; default 3. */
  readonly keep?: number;
  /** A newer checkpoint than the one that is restored could not be used. */
  readonly onSkip?: (skipped: SkippedCheckpoint) => void;
  /** Milliseconds that only go forward; default: the process's. */
  readonly stopwatch?: () => number;
}

/**
 * Opens the checkpoints of a folder, and removes what writers that were killed left in it.
 *
 * @throws GmvError `checkpoint_newer_format` where newer software wrote one of them, `checkpoint_read` where the folder
 * can't be used.
 */
export async function openCheckpoints<C extends CheckpointContents>(
  options: OpenCheckpointsOptions,
): Promise<Checkpoints<C>> {
  const { folder, keep = 3, onSkip, stopwatch = () => performance.now() } = options;
  if (endianness() !== 'LE') throw otherByteOrder();
  /** Ascending. */
  let all = await findCheckpoints(folder);
  let lastId = all.at(-1)?.id ?? 0;
  let writing = false;

  const manifests = (): Manifest[] => all.flatMap((each) => ('manifest' in each ? [each.manifest] : []));

  /** What can't be removed stays on the list until the next time, whose write tells what is wrong with the folder. */
  const prune = async (): Promise<void> => {
    const keptIds = new Set(
      manifests()
        .slice(-keep)
        .map(({ id }) => id),
    );
    for (const { id } of all.filter((each) => !keptIds.has(each.id))) {
      await removeCheckpoint(folder, id);
      all = all.filter((each) => each.id !== id);
    }
    await removeAside(folder);
  };

  /** The files of one checkpoint; nothing of it stays unless its manifest has its name. */
  const writeFiles = async (
    id: number,
    { plan, snapshot, runFacts, takenAtMs, offsets, parts }: CheckpointDraft<C>,
  ): Promise<{ readonly manifest: Manifest; readonly state: WrittenState }> => {
    const path = join(folder, stateFile(id));
    const data = { plan, snapshot: snapshot.data };
    const writingState = writeStateFile({ path, data, onRead: snapshot.release, stopwatch }).finally(
      snapshot.release,
    );
    // Waits for all, so that nobody is still writing when one of them has failed.
    const [state, ...published] = await Promise.allSettled([
      writingState,
      ...Object.entries(parts).map(async ([keeper, part]) => [keeper, await part] as const),
    ]);
    if (state.status === 'rejected') throw unwritable(nameOf(id), folder, state.reason);
    const { bytes, checksum } = state.value;
    const manifest: Manifest = {
      id,
      takenAtMs,
      plan: plan.fingerprint,
      offsets,
      parts: Object.fromEntries(published.map(fulfilled)),
      runFacts,
      state: { file: stateFile(id), bytes, checksum },
    };
    // Refuses what JSON would change.
    takeApart(manifest);
    await writeDurably(folder, join(folder, manifestFile(id)), manifestText(manifest)).catch((cause) => {
      throw unwritable(nameOf(id), folder, cause);
    });
    return { manifest, state: state.value };
  };

  const write = async (draft: CheckpointDraft<C>): Promise<WrittenCheckpoint> => {
    const startMs = stopwatch();
    const id = ++lastId;
    try {
      const { manifest, state } = await writeFiles(id, draft);
      all.push({ id, manifest });
      await prune().catch(() => undefined);
      const { bytes, busyMs, longestMs } = state;
      return { id, bytes, ms: stopwatch() - startMs, busyMs, longestMs };
    } catch (error) {
      // What can't be removed now goes when the folder is opened next.
      if (all.at(-1)?.id !== id) await removeCheckpoint(folder, id).catch(() => undefined);
      throw error;
    }
  };

  return {
    async newest() {
      const skipped: (SkippedCheckpoint & { readonly id: number })[] = [];
      for (const each of all.toReversed()) {
        const read = 'damage' in each ? each.damage : await readCheckpoint<C>(folder, each.manifest);
        if (typeof read !== 'string') {
          await putAside(
            folder,
            skipped.map(({ id }) => id),
          );
          all = all.filter(({ id }) => id <= read.id);
          return { checkpoint: read, skipped: skipped.map(({ name, reason }) => ({ name, reason })) };
        }
        const skip = { id: each.id, name: nameOf(each.id), reason: read };
        skipped.push(skip);
        onSkip?.({ name: skip.name, reason: read });
      }
      if (skipped.length > 0) throw noneWhole(folder, skipped);
      return null;
    },
    async write(draft) {
      if (writing) {
        draft.snapshot.release();
        throw busy(folder);
      }
      writing = true;
      try {
        return await write(draft);
      } finally {
        writing = false;
      }
    },
    manifests,
  };
}

/** The whole checkpoint, or why it can't be used. */
async function readCheckpoint<C extends CheckpointContents>(
  folder: string,
  { id, takenAtMs, offsets, parts, runFacts, state }: Manifest,
): Promise<Checkpoint<C> | string> {
  try {
    const read = await readStateFile({ ...state, path: join(folder, state.file) });
    return { ...(read as Pick<Checkpoint<C>, 'plan' | 'snapshot'>), id, takenAtMs, offsets, parts, runFacts };
  } catch (error) {
    if (error instanceof Damage) return error.message;
    throw unreadable(folder, error);
  }
}

function fulfilled<T>(settled: PromiseSettledResult<T>): T {
  if (settled.status === 'rejected') throw settled.reason;
  return settled.value;
}
