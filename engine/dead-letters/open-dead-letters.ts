import { crc32 } from 'node:zlib';
import { CONFLICT, REJECTED, type RowFates } from '../events/disposition.ts';
import type { RecordBatch } from '../events/record-batch.ts';
import { NO_TEXT } from '../events/record-columns.ts';
import {
  addTallies,
  DEAD_LETTERS,
  type DeadLettersPart,
  emptyPart,
  type LetterSegment,
  lettersIn,
} from './dead-letters-part.ts';
import { letterOfRow, partsOfPartition } from './letter.ts';
import {
  appendToSegment,
  listSegments,
  removeSegment,
  segmentName,
  sequenceOf,
  setAside,
  trimSegment,
} from './segment-files.ts';

export interface LetterBounds {
  /** Of one record's value. */
  readonly bytesPerLetter: number;
  /** Not written yet; what comes beyond is counted only. */
  readonly unwritten: { readonly letters: number; readonly bytes: number };
  /** In all files; the oldest file goes first. */
  readonly kept: { readonly letters: number; readonly bytes: number };
  /** From here on letters go to a new file. */
  readonly segmentBytes: number;
}

const MIB = 1 << 20;

export const DEFAULT_LETTER_BOUNDS: LetterBounds = {
  bytesPerLetter: 64 << 10,
  unwritten: { letters: 10_000, bytes: 8 * MIB },
  kept: { letters: 100_000, bytes: 64 * MIB },
  segmentBytes: MIB,
};

export interface OpenDeadLettersOptions {
  /** Owned by this process; made where there is none. */
  readonly folder: string;
  /** Of the checkpoint to go on from; null: from nothing. */
  readonly named: DeadLettersPart | null;
  /** Parts of all checkpoints that may still be restored: their files stay. Default: `named` alone. */
  readonly kept?: readonly DeadLettersPart[];
  readonly bounds?: LetterBounds;
  /** Hears of files that are gone or damaged, or can't be removed. */
  readonly say?: (message: string) => void;
}

/** Keeps the records that gave no event, and those that contradict another, from checkpoint to checkpoint. */
export interface DeadLetters {
  readonly name: typeof DEAD_LETTERS;
  /** Always true: what doesn't fit is counted, nobody waits for it. */
  ready(): boolean;
  /** Copies the batch's rejected and conflicting records, as many as the bounds let in; counts the others. */
  take(batch: RecordBatch, partition: string, fates: RowFates): void;
  /**
   * Everything taken so far belongs to this checkpoint: gives its part once it is durable. Cuts follow one another.
   *
   * @throws GmvError `dead_letters_write`: nothing is lost, the next cut tries again.
   */
  cut(): Promise<DeadLettersPart>;
  /** A manifest with this part is in place; `kept` are those of all that may be restored. Files of none are removed. */
  committed(kept: readonly DeadLettersPart[]): void;
  /** Waits for what is being written or removed; what was taken since the last cut belongs to no checkpoint. */
  close(): Promise<void>;
}

interface TakenLetter {
  readonly topic: string;
  readonly reason: string;
  readonly line: Buffer;
}

/**
 * Goes on from a checkpoint's part. Letters are lines of JSON in files that only grow: a part names how far, so that
 * the files of older checkpoints are beginnings of the same ones. What no checkpoint names is removed.
 *
 * @throws GmvError `dead_letters_folder`
 */
export async function openDeadLetters(options: OpenDeadLettersOptions): Promise<DeadLetters> {
  const { folder, named, bounds = DEFAULT_LETTER_BOUNDS, say = () => {} } = options;
  const { kept = named ? [named] : [] } = options;
  const found = await listSegments(folder);
  const removable = new Set(await withoutNamed(folder, found, [...kept, ...(named ? [named] : [])]));
  let part = await sound(folder, named ?? emptyPart(), say);
  let sequence = Math.max(0, ...found.map(sequenceOf));
  let { notKept, tombstones } = part;
  let taken: TakenLetter[] = [];
  /** Taken, and not durable yet. */
  let unwritten = { letters: 0, bytes: 0 };
  /** What earlier cuts could not write. */
  let carried: TakenLetter[] = [];
  let writing: Promise<unknown> = Promise.resolve();

  /** The segment that the next letters go to. */
  const growing = (segments: readonly LetterSegment[]): LetterSegment => {
    const last = segments.at(-1);
    if (last && last.bytes < bounds.segmentBytes) return last;
    return { file: segmentName(sequence + 1), bytes: 0, crc32: 0, letters: 0, tallies: [] };
  };

  /** Each turn fills one segment; `part` moves on with what is durable. */
  const write = async (letters: TakenLetter[], counts: Pick<DeadLettersPart, 'notKept' | 'tombstones'>) => {
    carried.push(...letters);
    while (carried.length > 0) {
      const segment = growing(part.segments);
      const next = upTo(carried, bounds.segmentBytes - segment.bytes);
      const bytes = Buffer.concat(next.map(({ line }) => line));
      await appendToSegment(folder, segment, bytes);
      sequence = Math.max(sequence, sequenceOf(segment.file));
      carried = carried.slice(next.length);
      unwritten = { letters: unwritten.letters - next.length, bytes: unwritten.bytes - bytes.length };
      const grown: LetterSegment = {
        file: segment.file,
        bytes: segment.bytes + bytes.length,
        crc32: crc32(bytes, segment.crc32),
        letters: segment.letters + next.length,
        tallies: addTallies(segment.tallies, next),
      };
      const others = part.segments.filter(({ file }) => file !== segment.file);
      part = { ...part, segments: [...others, grown] };
    }
    const expiring = firstToStay(part.segments, bounds.kept);
    for (const { file } of part.segments.slice(0, expiring)) removable.add(file);
    const segments = part.segments.slice(expiring);
    const expired = part.expired + lettersIn(part) - lettersIn({ ...part, segments });
    part = { ...part, ...counts, segments, expired };
    return part;
  };

  return {
    name: DEAD_LETTERS,
    ready: () => true,
    take(batch, partition, fates) {
      const { value } = batch.records;
      const where = partsOfPartition(partition);
      for (let row = 0; row < batch.length; row++) {
        const fate = fates.disposition[row];
        if (fate !== REJECTED && fate !== CONFLICT) continue;
        if (value.start[row] === NO_TEXT) {
          tombstones++;
        } else if (
          unwritten.letters >= bounds.unwritten.letters ||
          unwritten.bytes >= bounds.unwritten.bytes
        ) {
          notKept++;
        } else {
          const letter = letterOfRow({ batch, row, ...where, fates, mostBytes: bounds.bytesPerLetter });
          const line = Buffer.from(`${JSON.stringify(letter)}\n`);
          taken.push({ topic: letter.topic, reason: letter.reason, line });
          unwritten = { letters: unwritten.letters + 1, bytes: unwritten.bytes + line.length };
        }
      }
    },
    cut() {
      const letters = taken;
      const counts = { notKept, tombstones };
      taken = [];
      const written = writing.then(() => write(letters, counts));
      // The next cut goes on whether this one fails or not; who asked hears of it.
      writing = written.catch(() => {});
      return written;
    },
    committed(keptParts) {
      const remove = async (): Promise<void> => {
        const needed = filesOf([...keptParts, part]);
        for (const file of [...removable].filter((name) => !needed.has(name))) {
          await removeSegment(folder, file);
          removable.delete(file);
        }
      };
      writing = writing.then(remove).catch((error: Error) => say(`Old dead letters stay: ${error.message}`));
    },
    async close() {
      await writing;
    },
  };
}

const filesOf = (parts: readonly DeadLettersPart[]): Set<string> =>
  new Set(parts.flatMap(({ segments }) => segments.map(({ file }) => file)));

/** Removes the segments that no part names, and gives the others. */
async function withoutNamed(
  folder: string,
  found: readonly string[],
  parts: readonly DeadLettersPart[],
): Promise<string[]> {
  const named = filesOf(parts);
  await Promise.all(found.filter((file) => !named.has(file)).map((file) => removeSegment(folder, file)));
  return found.filter((file) => named.has(file));
}

/** The part without segments that are not what it says; their letters are counted as lost. */
async function sound(folder: string, part: DeadLettersPart, say: (message: string) => void) {
  const segments: LetterSegment[] = [];
  for (const segment of part.segments) {
    const problem = await trimSegment(folder, segment);
    if (problem === null) {
      segments.push(segment);
      continue;
    }
    await setAside(folder, segment.file);
    say(`${segment.letters} dead letters of ${segment.file} are lost: ${problem}`);
  }
  const lost = part.lost + lettersIn(part) - lettersIn({ ...part, segments });
  return { ...part, segments, lost };
}

/** The first letters, until they fill the room; at least one. */
function upTo(letters: readonly TakenLetter[], room: number): TakenLetter[] {
  let bytes = 0;
  const end = letters.findIndex(({ line }) => {
    const isFull = bytes >= room;
    bytes += line.length;
    return isFull;
  });
  return end === -1 ? [...letters] : letters.slice(0, end);
}

/** Index of the oldest segment that the bounds leave; the newest always stays. */
function firstToStay(segments: readonly LetterSegment[], most: LetterBounds['kept']): number {
  let [letters, bytes] = [0, 0];
  for (let i = segments.length - 1; i > 0; i--) {
    letters += segments[i]!.letters;
    bytes += segments[i]!.bytes;
    const next = segments[i - 1]!;
    if (letters + next.letters > most.letters || bytes + next.bytes > most.bytes) return i;
  }
  return 0;
}
