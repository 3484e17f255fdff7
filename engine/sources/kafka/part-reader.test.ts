import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GmvError } from '../../errors.ts';
import { ORDER_SCHEMA } from '../../events/order-schema.ts';
import { createRecordBatch } from '../../events/record-batch.ts';
import { NO_TEXT } from '../../events/record-columns.ts';
import type { AbortedTransaction } from './fetch-answer.ts';
import { createUncompress } from './kafka-codecs.ts';
import { createPartReader } from './part-reader.ts';
import type { PartitionState } from './partition-state.ts';
import { type StoredBatch, storedBatch } from './stored-batch-fixture.ts';

interface Row {
  readonly offset: number;
  readonly value: string | null;
  readonly timeMs: number;
}

function read(options: {
  readonly records: Buffer;
  readonly aborted?: readonly AbortedTransaction[];
  readonly from: number;
  readonly batchRows: number;
}): { rows: Row[]; position: number } {
  const { records, aborted = [], from, batchRows } = options;
  const state: PartitionState = {
    topic: 't',
    partition: 0,
    name: 't/0',
    fetchAt: from,
    position: from,
    endOffset: 0,
    replayTo: 0,
    recordMs: null,
    answeredMs: null,
  };
  const reader = createPartReader(createUncompress());
  const batch = createRecordBatch(ORDER_SCHEMA, batchRows);
  const part = { state, records, aborted };
  const rows: Row[] = [];
  for (let used = false; !used; ) {
    batch.length = 0;
    batch.records.texts.length = 0;
    const before = state.position;
    used = reader.read(part, batch);
    expect(state.position).toBeGreaterThanOrEqual(before);
    expect(used || batch.length > 0).toBe(true);
    const { texts, value, offset } = batch.records;
    for (let row = 0; row < batch.length; row++) {
      const [start, end] = [value.start[row]!, value.end[row]!];
      const text = start === NO_TEXT ? null : Buffer.from(texts.bytes.subarray(start, end)).toString();
      rows.push({ offset: offset[row]!, value: text, timeMs: batch.recordTimeMs[row]! });
    }
    if (batch.length > 0) expect(state.position).toBeGreaterThan(rows.at(-1)!.offset);
  }
  return { rows, position: state.position };
}

const text = fc.oneof(
  { weight: 5, arbitrary: fc.string({ unit: 'grapheme', maxLength: 90 }) },
  { weight: 1, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.integer({ min: 1_000, max: 20_000 }).map((length) => 'x'.repeat(length)) },
);

const FIRST_MS = 1_700_000_000_000;
/** Gaps between offsets and between times, with those that take many bytes. */
const gap = fc.oneof(
  { weight: 8, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 300 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 100_000_000 }) },
);
const drafts = fc.array(
  fc.record({
    before: gap,
    after: gap,
    gzip: fc.boolean(),
    byBroker: fc.boolean(),
    records: fc.array(
      fc.record({
        gap,
        sinceMs: fc.oneof(
          fc.integer({ min: -5_000, max: 5_000 }),
          fc.constant(-(2 ** 40)),
          fc.constant(2 ** 41),
        ),
        key: text,
        value: text,
        headers: fc.array(fc.tuple(fc.string({ maxLength: 5 }), fc.option(fc.string({ maxLength: 9 }))), {
          maxLength: 3,
        }),
      }),
      { maxLength: 12 },
    ),
    producer: fc.integer({ min: 0, max: 2 }),
    fate: fc.constantFrom('plain', 'in transaction', 'abort', 'commit'),
  }),
  { minLength: 1, maxLength: 12 },
);

/** Batches one behind the other, with what they hold, and the transactions among them that were aborted. */
function stored(list: readonly Draft[], firstOffset: number) {
  let next = firstOffset;
  const batches: StoredBatch[] = [];
  const open = new Map<bigint, number>();
  const aborted: AbortedTransaction[] = [];
  const endOf = new Map<number, 'abort' | 'commit'>();
  for (const draft of list) {
    const baseOffset = next + draft.before;
    let at = baseOffset - 1;
    const producerId = BigInt(draft.producer) + 2n ** 40n;
    const marker = draft.fate === 'abort' || draft.fate === 'commit' ? draft.fate : null;
    const transactional = draft.fate !== 'plain';
    const records = marker
      ? []
      : draft.records.map(({ gap: between, sinceMs, ...record }, i) => {
          at += i === 0 ? 1 : 1 + between;
          return { ...record, offset: at, timeMs: FIRST_MS + sinceMs };
        });
    const lastOffset = Math.max(baseOffset, at) + (marker ? 0 : draft.after);
    const { gzip, byBroker } = draft;
    if (marker) {
      const begun = open.get(producerId);
      open.delete(producerId);
      if (begun !== undefined) {
        endOf.set(begun, marker);
        if (marker === 'abort') aborted.push({ producerId, firstOffset: batches[begun]!.baseOffset });
      }
    } else if (transactional && !open.has(producerId)) open.set(producerId, batches.length);
    batches.push({ baseOffset, lastOffset, records, gzip, byBroker, producerId, transactional, marker });
    next = lastOffset + 1;
  }
  // A transaction is its producer's batches from its first to its end.
  const unseen = new Set<StoredBatch>();
  for (const { producerId, firstOffset: begun } of aborted) {
    for (const batch of batches.filter(({ baseOffset }) => baseOffset >= begun)) {
      if (batch.producerId !== producerId) continue;
      if (batch.marker) break;
      if (batch.transactional) unseen.add(batch);
    }
  }
  return { batches, aborted, seen: batches.filter((batch) => !unseen.has(batch)), next };
}
type Draft = typeof drafts extends fc.Arbitrary<(infer D)[]> ? D : never;

const rowsOf = (batches: readonly StoredBatch[]): Row[] =>
  batches.flatMap(({ records, byBroker }) => {
    const maxMs = Math.max(0, ...records.map(({ timeMs }) => timeMs));
    return records.map(({ offset, value, timeMs }) => ({ offset, value, timeMs: byBroker ? maxMs : timeMs }));
  });

describe('the batches of a part', () => {
  it('give the rows that they hold, at any size of batch and from any offset, and the offset behind them', () => {
    const firsts = fc.constantFrom(0, 7, 2 ** 31 - 5, 2 ** 33 + 1, 2 ** 52);
    fc.assert(
      fc.property(
        drafts,
        firsts,
        fc.integer({ min: 1, max: 20 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (list, first, batchRows, part) => {
          const { batches, aborted, seen, next } = stored(list, first);
          const from = first + Math.floor(part * (next - first));
          const { rows, position } = read({
            records: Buffer.concat(batches.map(storedBatch)),
            aborted: [...aborted].reverse(),
            from,
            batchRows,
          });
          expect(rows).toEqual(rowsOf(seen).filter(({ offset }) => offset >= from));
          expect(position).toBe(next);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('with a byte changed are refused, wherever it lies behind offset, length and epoch, which have no checksum', () => {
    fc.assert(
      fc.property(
        drafts,
        fc.nat(),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (list, which, place, change) => {
          const parts = stored(list, 0).batches.map(storedBatch);
          const damaged = parts[which % parts.length]!;
          const at = 16 + (place % (damaged.length - 16));
          damaged[at] = damaged[at]! ^ change;
          const problem = thrownBy(() => read({ records: Buffer.concat(parts), from: 0, batchRows: 5 }));
          expect(problem).toBeInstanceOf(GmvError);
          expect((problem as GmvError).message).toContain(' of partition t/0 at offset ');
          expect((problem as GmvError).code).toMatch(/^kafka_(damaged|old_format)$/);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('in a format from before Kafka 0.11 are refused', () => {
    const one = storedBatch(PLAIN);
    one.writeInt8(1, 16);
    expect(() => read({ records: one, from: 0, batchRows: 5 })).toThrow(
      /^Records of partition t\/0 at offset 5 are stored in format 1, from before/,
    );
  });
});

const PLAIN: StoredBatch = {
  baseOffset: 5,
  lastOffset: 5,
  records: [{ offset: 5, timeMs: FIRST_MS, key: null, value: 'one', headers: [] }],
  gzip: false,
  byBroker: false,
  producerId: -1n,
  transactional: false,
  marker: null,
};

it('a record without a time has none', () => {
  const records = storedBatch({ ...PLAIN, records: [{ ...PLAIN.records[0]!, timeMs: -1 }] });
  expect(read({ records, from: 0, batchRows: 5 }).rows).toEqual([
    { offset: 5, value: 'one', timeMs: Number.NaN },
  ]);
});

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return null;
}
