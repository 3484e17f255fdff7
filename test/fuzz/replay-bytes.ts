import { crc32 } from 'node:zlib';
import { GmvError } from '../../engine/errors.ts';
import type { Counts } from '../../engine/events/counts.ts';
import { createDictionaries } from '../../engine/events/create-dictionaries.ts';
import type { DayFigures } from '../../engine/figures/day-figures.ts';
import type { Plan } from '../../engine/plan/plan.ts';
import { replayFiles } from '../../engine/runtime/replay/replay-files.ts';
import type { DayRange } from '../../engine/runtime/replay/replay-units.ts';
import type { OpenFileBytes } from '../../engine/sources/parquet/file-bytes.ts';
import { openParquetFile } from '../../engine/sources/parquet/open-file.ts';
import { readRowGroup } from '../../engine/sources/parquet/read-row-group.ts';

/** What became of a file: refused by name, or rows and their figures as checksums. */
export type Outcome =
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  | { readonly kind: 'broken'; readonly problem: string }
  | { readonly kind: 'read'; readonly rows: number; readonly figures: number };

/** The file system's part, played by bytes in memory. */
export const inMemory =
  (bytes: Uint8Array): OpenFileBytes =>
  async () => {
    const state = { bytes: bytes.length, modifiedMs: 0 };
    return {
      state,
      async read(offset, length) {
        const read = bytes.slice(offset, offset + length);
        if (read.length === length) return read;
        throw new GmvError('parquet_file', `it ends at byte ${bytes.length}`, 'Write it again.');
      },
      currentState: async () => state,
      close: async () => undefined,
    };
  };

/** Runs `work`: an error of ours refuses the file, any other is a defect. */
async function outcomeOf(work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof GmvError && error.code !== 'pipeline') {
      return { kind: 'refused', code: error.code, message: error.message };
    }
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { kind: 'broken', problem: `an error that is not the reader's own: ${text}` };
  }
}

/**
 * Checksum of everything that a replay is made of: the groups as the footer tells of them, and every decoded
 * value. Equal ones give equal figures, as the pipeline sees nothing else.
 */
export const readRows = (bytes: Uint8Array, plan: Plan): Promise<Outcome> =>
  outcomeOf(async () => {
    const { schema, columns } = plan;
    const file = await openParquetFile('mutated.parquet', schema, columns, inMemory(bytes));
    const dictionaries = createDictionaries(schema, plan.limits.maxCategoryValues);
    let sum = crc32(JSON.stringify(file.rowGroups.map(({ bytes: _, ...group }) => group)));
    const take = (values: ArrayBufferView): void => {
      sum = checksum(values, sum);
    };
    for (const { index: group } of file.rowGroups) {
      for await (const batch of readRowGroup({ file, group, schema, columns, dictionaries })) {
        for (const numbers of Object.values(batch.numbers)) take(numbers);
        for (const codes of Object.values(batch.categories)) take(codes);
        for (const { hi, lo } of Object.values(batch.ids)) for (const lane of [hi, lo]) take(lane);
        for (const lane of batch.eventId) take(lane);
      }
    }
    for (const dictionary of Object.values(dictionaries)) {
      const { hi, lo } = dictionary.identities();
      for (const lane of [hi, lo]) take(lane);
    }
    return { kind: 'read', rows: sum, figures: 0 };
  });

/** Replays the bytes as a file and holds every count against the accounting identity. */
export const replayBytes = (bytes: Uint8Array, plan: Plan, range: DayRange | null): Promise<Outcome> =>
  outcomeOf(async () => {
    const days: DayFigures[] = [];
    const { counts } = await replayFiles({
      plan,
      files: ['mutated.parquet'],
      threads: 1,
      ...(range && { days: range }),
      onDay: (day) => void days.push(day),
      openBytes: inMemory(bytes),
    });
    for (const { day, counts: ofDay } of days) if (!isAccounted(ofDay)) return unaccounted(day, ofDay);
    if (!isAccounted(counts)) return unaccounted('all days', counts);
    return { kind: 'read', rows: 0, figures: checksum([days, counts]) };
  });

function isAccounted({ rows, applied, duplicates, conflicts, late, rejected, rejectedBy }: Counts): boolean {
  const byReason = Object.values(rejectedBy).reduce((sum, events) => sum + events, 0);
  return rows === applied + duplicates + conflicts + late + rejected && byReason === rejected && late === 0;
}

const unaccounted = (day: string, counts: Counts): Outcome => ({
  kind: 'broken',
  problem: `rows of ${day} that are not accounted for: ${JSON.stringify(counts)}`,
});

/** Of every number and text, arrays by their bytes. */
function checksum(value: unknown, sum = 0): number {
  if (ArrayBuffer.isView(value)) {
    // Of nothing zlib's answer is a fresh start.
    if (value.byteLength === 0) return sum;
    return crc32(new Uint8Array(value.buffer as ArrayBuffer, value.byteOffset, value.byteLength), sum);
  }
  if (typeof value !== 'object' || value === null) return crc32(`${value};`, sum);
  return Object.entries(value).reduce((all, [name, each]) => checksum(each, crc32(name, all)), sum);
}
