import type { MessagePort } from 'node:worker_threads';
import { type Failure, GmvError, gmvErrorOf } from '../errors.ts';
import { createDictionary, type Dictionaries } from '../events/dictionary.ts';
import type { RowFates } from '../events/disposition.ts';
import { columnOf } from '../events/event-batch.ts';
import { inSharedMemory } from '../events/in-shared-memory.ts';
import { createNewValues } from '../events/new-values.ts';
import type { Schema } from '../events/order-schema.ts';
import type { RecordBatch } from '../events/record-batch.ts';
import { archiveColumns, RECORD_SCHEMA } from './archive-columns.ts';
import type { Opened } from './archive-folder.ts';
import type { FromArchiveWriter, ToArchiveWriter } from './archive-messages.ts';
import type { ArchivePart } from './archive-part.ts';
import { createCopyRows } from './copy-rows.ts';
import type { RetiredDay } from './retention.ts';
import { createRowBlock, type RowBlock } from './row-block.ts';

/** Rows of a block: enough that a message costs nothing per row, few enough that a copy stalls no one. */
const BLOCK_ROWS = 8192;
/** Blocks that may be on their way: as many rows as come in while a row group is encoded. About 1.7 MB each. */
const MOST_BLOCKS = 24;

export interface OpenArchiveOptions {
  /** To the thread that runs `serveArchive`. Closed by `close`. */
  readonly port: MessagePort;
  readonly schema: Schema;
  /** Of the thread that takes the batches; they may still be filled from a snapshot. */
  readonly dictionaries: Dictionaries;
  /** What the checkpoint says that live goes on from; null: there is none, and the archive begins empty. */
  readonly named: ArchivePart | null;
  /** What the other checkpoints say that are kept: their files stay, too. */
  readonly kept?: readonly ArchivePart[];
  /** Index of the last sealed business day, null where none is: retention spares later ones. Asked at each cut. */
  readonly sealedThrough: () => number | null;
  readonly blockRows?: number;
  readonly mostBlocks?: number;
  /** Files that belonged to no checkpoint and are removed, and such as the checkpoint names and that are not there. */
  readonly onOpened?: (opened: Opened) => void;
  /** Days whose files retention takes out with the next manifest. */
  readonly onRetired?: (days: readonly RetiredDay[]) => void;
  /** Small files stay as they are, and why; for people. */
  readonly onNotMerged?: (problem: string) => void;
}

/** The name of the archive's part in a checkpoint. */
export const ARCHIVE = 'archive';

/** Keeps every record that came in as a row of a Parquet file, with what became of it. */
export interface ArchiveKeeper {
  readonly name: typeof ARCHIVE;
  /**
   * Copies all rows of the batch. Never waits and never drops: ask `ready` before the next batch is polled.
   *
   * @throws GmvError `archive_thread`, or what else ended the writing thread: live is to go on from its last checkpoint.
   */
  take(batch: RecordBatch, partition: string, fates: RowFates): void;
  /**
   * False while writing lags so far behind that rows should wait where they come from.
   *
   * @throws GmvError as `take` does: also where nothing comes, a run without an archive is over.
   */
  ready(): boolean;
  /** Settles when it is; rejects as `cut` does when the writing thread is gone. */
  whenReady(): Promise<void>;
  /**
   * Everything taken so far belongs to this checkpoint. Its files are durable when this resolves. Rows taken
   * meanwhile belong to the next.
   *
   * @throws GmvError `archive_write` where the disk refuses (a full one, for instance): nothing is lost, the next cut
   * tries again; `archive_thread` when the writing thread is gone.
   */
  cut(): Promise<ArchivePart>;
  /** A manifest with this part is durable; `kept` are the parts of all that are kept. Files of none are removed. */
  committed(kept: readonly ArchivePart[]): void;
  /** Why files can't be written at the moment, for people. */
  problem(): string | null;
  /** Rows that were never cut are given up. */
  close(): Promise<void>;
}

interface Waiting<T> {
  resolve(value: T): void;
  reject(error: GmvError): void;
}

/**
 * Opens the archive for the run that goes on from a checkpoint: files that no kept manifest names are gone when this
 * resolves.
 */
export async function openArchive(options: OpenArchiveOptions): Promise<ArchiveKeeper> {
  const { port, schema, dictionaries, named, kept = [], sealedThrough, onOpened, onRetired } = options;
  const { blockRows = BLOCK_ROWS, mostBlocks = MOST_BLOCKS } = options;
  const columns = archiveColumns(schema);
  const own = RECORD_SCHEMA.filter(({ kind }) => kind === 'category').map(
    ({ name }) => [name, createDictionary(name, Number.POSITIVE_INFINITY)] as const,
  );
  const texts: Dictionaries = { ...dictionaries, ...Object.fromEntries(own) };
  const copyRows = createCopyRows({ columns, texts });
  const newTexts = createNewValues(
    Object.fromEntries(columns.coded.map((name) => [name, columnOf(texts, name)])),
  );
  const free: RowBlock[] = [];
  const cuts: Waiting<ArchivePart>[] = [];
  const wanting: Waiting<void>[] = [];
  const opening = waitable<void>();
  const closing = waitable<void>();
  let block: RowBlock | null = null;
  let onTheWay = 0;
  let problem: string | null = null;
  let gone: GmvError | null = null;
  let closed = false;

  const send = (message: ToArchiveWriter): void => port.postMessage(message);
  const ready = (): boolean => onTheWay < mostBlocks;

  const fail = (error: GmvError): void => {
    gone ??= error;
    for (const waiting of [...cuts, ...wanting, opening.waiting]) waiting.reject(gone);
    cuts.length = 0;
    wanting.length = 0;
    closing.waiting.resolve();
  };

  port.on('message', (message: FromArchiveWriter) => {
    switch (message.kind) {
      case 'opened':
        onOpened?.(message);
        return opening.waiting.resolve();
      case 'taken':
        onTheWay--;
        free.push(message.block);
        if (ready()) for (const waiting of wanting.splice(0)) waiting.resolve();
        return;
      case 'part':
        if (message.retired.length > 0) onRetired?.(message.retired);
        return cuts.shift()?.resolve(message.part);
      case 'not-cut':
        return cuts.shift()?.reject(errorOf(message.failure));
      case 'problem':
        problem = message.problem;
        return;
      case 'not-merged':
        return options.onNotMerged?.(message.problem);
      case 'closed':
        return closing.waiting.resolve();
      case 'failed':
        return fail(errorOf(message.failure));
    }
  });
  port.on('close', () => fail(threadGone()));

  const sendBlock = (): void => {
    if (!block || block.length === 0) return;
    send({ kind: 'rows', block, texts: newTexts() });
    onTheWay++;
    block = null;
  };

  send({ kind: 'open', named, kept });
  await opening.promise;
  return {
    name: ARCHIVE,
    take(batch, partition, fates) {
      if (gone) throw gone;
      for (let from = 0; from < batch.length; ) {
        block ??= free.pop() ?? inSharedMemory(createRowBlock(columns, blockRows));
        const to = Math.min(batch.length, from + block.capacity - block.length);
        copyRows(block, { batch, partition, fates, from, to });
        from = to;
        if (block.length === block.capacity) sendBlock();
      }
    },
    ready() {
      if (gone) throw gone;
      return ready();
    },
    async whenReady() {
      if (gone) throw gone;
      if (!ready()) await new Promise<void>((resolve, reject) => wanting.push({ resolve, reject }));
    },
    async cut() {
      if (gone) throw gone;
      sendBlock();
      send({ kind: 'cut', sealedThrough: sealedThrough() });
      return new Promise((resolve, reject) => cuts.push({ resolve, reject }));
    },
    committed: (keptParts) => send({ kind: 'committed', kept: keptParts }),
    problem: () => problem,
    async close() {
      if (!closed && !gone) send({ kind: 'close' });
      closed = true;
      await closing.promise;
      port.close();
    },
  };
}

function waitable<T>(): { readonly promise: Promise<T>; readonly waiting: Waiting<T> } {
  let waiting: Waiting<T> | null = null;
  const promise = new Promise<T>((resolve, reject) => {
    waiting = { resolve, reject };
  });
  // Who awaits it sees its error all the same.
  promise.catch(() => undefined);
  if (!waiting) throw new Error('a promise runs its executor at once');
  return { promise, waiting };
}

const errorOf = (failure: Failure): GmvError => gmvErrorOf(failure) ?? threadGone(`: ${failure.message}`);

const threadGone = (why = ''): GmvError =>
  new GmvError(
    'archive_thread',
    `The thread that writes the archive has ended${why}`,
    'Live goes on from its last checkpoint.',
    { retriable: true },
  );
