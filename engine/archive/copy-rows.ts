import type { Dictionary } from '../events/dictionary.ts';
import { DISPOSITIONS, REJECTED, type RowFates } from '../events/disposition.ts';
import { columnOf } from '../events/event-batch.ts';
import type { RecordBatch } from '../events/record-batch.ts';
import { NO_TEXT, type TextSpans } from '../events/record-columns.ts';
import { MAX_TEXT_BYTES } from '../events/text-limit.ts';
import { viewOf } from '../events/view-of.ts';
import {
  type ArchiveColumns,
  DISPOSITION,
  RECORD_OFFSET,
  RECORD_PARTITION,
  RECORD_TIME,
  REJECT_REASON,
} from './archive-columns.ts';
import { copyText } from './copy-text.ts';
import { LOST, type RowBlock, reserveBytes } from './row-block.ts';

export interface CopyRowsOptions {
  readonly columns: ArchiveColumns;
  /** Of the columns that the archive adds. */
  readonly texts: Readonly<Record<string, Dictionary>>;
}

export interface RowsToCopy {
  readonly batch: RecordBatch;
  readonly partition: string;
  readonly fates: RowFates;
  /** Rows `from` … `to`−1; the block has room for them. */
  readonly from: number;
  readonly to: number;
}

/** Copies rows of a batch into a block: whole columns at once, ids a word at a time as they are short. */
export function createCopyRows({ columns, texts }: CopyRowsOptions) {
  const partitions = columnOf(texts, RECORD_PARTITION);
  const reasons = columnOf(texts, REJECT_REASON);
  const dispositions = DISPOSITIONS.map((name) => columnOf(texts, DISPOSITION).codeOf(name));
  const added = [RECORD_OFFSET, RECORD_TIME, RECORD_PARTITION, DISPOSITION, REJECT_REASON];
  const numbers = columns.numbers.filter((name) => !added.includes(name));
  const categories = columns.coded.filter((name) => !added.includes(name));

  return (block: RowBlock, { batch, partition, fates, from, to }: RowsToCopy): void => {
    const at = block.length;
    const { records, recordTimeMs } = batch;
    for (const name of numbers) {
      columnOf(block.numbers, name).set(columnOf(batch.numbers, name).subarray(from, to), at);
    }
    columnOf(block.numbers, RECORD_OFFSET).set(records.offset.subarray(from, to), at);
    columnOf(block.numbers, RECORD_TIME).set(recordTimeMs.subarray(from, to), at);
    for (const name of categories) {
      columnOf(block.codes, name).set(columnOf(batch.categories, name).subarray(from, to), at);
    }
    const code = partitions.codeOf(partition);
    columnOf(block.codes, RECORD_PARTITION).fill(code, at, at + to - from);
    const became = columnOf(block.codes, DISPOSITION);
    const why = columnOf(block.codes, REJECT_REASON);
    const { disposition, reason } = fates;
    for (let row = from; row < to; row++) {
      const fate = disposition[row]!;
      became[at + row - from] = dispositions[fate]!;
      why[at + row - from] = fate === REJECTED ? reasons.codeOf(fates.reasons[reason[row]!] ?? null) : 0;
    }
    const ids = columns.ids.map((name) => {
      return { spans: columnOf(records.ids, name), into: columnOf(block.ids, name) };
    });
    copyIds({ block, ids, source: records.texts.view, from, to });
    block.length += to - from;
  };
}

interface CopyIdsOptions {
  readonly block: RowBlock;
  readonly ids: readonly { readonly spans: TextSpans; readonly into: TextSpans }[];
  readonly source: DataView;
  readonly from: number;
  readonly to: number;
}

/** Row by row: a record's ids lie together, so that what was read for one of them is still near for the others. */
function copyIds({ block, ids, source, from, to }: CopyIdsOptions): void {
  let bytes = 0;
  for (const { spans } of ids) bytes += bytesOf(spans, from, to);
  reserveBytes(block, bytes);
  const target = viewOf(block.bytes);
  let at = block.length;
  let used = block.bytesUsed;
  for (let row = from; row < to; row++, at++) {
    for (const { spans, into } of ids) {
      const first = spans.start[row]!;
      const last = spans.end[row]!;
      if (first === NO_TEXT || last - first > MAX_TEXT_BYTES) {
        into.start[at] = NO_TEXT;
        into.end[at] = first === NO_TEXT ? 0 : LOST;
        continue;
      }
      into.start[at] = used;
      used = copyText(source, first, last, target, used);
      into.end[at] = used;
    }
  }
  block.bytesUsed = used;
}

/** Bytes of the texts that are short enough to be kept. */
function bytesOf({ start, end }: TextSpans, from: number, to: number): number {
  let sum = 0;
  for (let row = from; row < to; row++) {
    const length = end[row]! - start[row]!;
    if (start[row] !== NO_TEXT && length <= MAX_TEXT_BYTES) sum += length;
  }
  return sum;
}
