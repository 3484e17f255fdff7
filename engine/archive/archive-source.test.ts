import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createRandom, orderEvent } from '../../test/builders.ts';
import { createDictionaries } from '../events/create-dictionaries.ts';
import { DISPOSITIONS, REJECTED, type RowFates } from '../events/disposition.ts';
import type { EventBatch } from '../events/event-batch.ts';
import type { OrderEvent } from '../events/order-event.ts';
import { ORDER_SCHEMA } from '../events/order-schema.ts';
import {
  ALL_COLUMNS,
  expectedColumns,
  plainColumns,
  withFolder,
} from '../sources/parquet/parquet-fixtures.ts';
import { openTestArchive, recordsOf } from './archive-fixtures.ts';
import { createArchiveSource } from './archive-source.ts';

const DAY_MS = 86_400_000;
const REASONS = ['accepted', 'currency', 'not_json'];
const PARTITIONS = ['orders/0', 'orders/1', 'returns/0'];

/** Three days and rows of none, of three partitions, with every disposition; two cuts. */
async function archived(folder: string) {
  const random = createRandom(7);
  const { keeper, dictionaries } = await openTestArchive(folder, { blockRows: 64, fileRows: 100 });
  const expected = new Map<string, { event: OrderEvent; fate: string; reason: string | null }[]>();
  for (let turn = 0; turn < 12; turn++) {
    const partition = PARTITIONS[turn % 3] ?? '';
    const taken = expected.get(partition) ?? [];
    const events = Array.from({ length: 60 }, (_, i) =>
      orderEvent({
        event_id: `${partition} ${taken.length + i}`,
        event_time: i % 9 === 0 ? null : Date.UTC(2026, 10, 20) + Math.floor(random() * 3 * DAY_MS),
        category: random() < 0.2 ? null : `c${Math.floor(random() * 5)}`,
        amount_minor: Math.floor(random() * 1e9),
      }),
    );
    const fates: RowFates = {
      disposition: Uint8Array.from(events, () => Math.floor(random() * DISPOSITIONS.length)),
      reason: Uint16Array.from(events, () => 1 + Math.floor(random() * 2)),
      reasons: REASONS,
    };
    keeper.take(recordsOf({ dictionaries, events, fromOffset: taken.length }), partition, fates);
    for (const [i, event] of events.entries()) {
      const fate = fates.disposition[i] ?? 0;
      const reason = fate === REJECTED ? (REASONS[fates.reason[i] ?? 0] ?? null) : null;
      taken.push({ event, fate: DISPOSITIONS[fate] ?? '', reason });
    }
    expected.set(partition, taken);
    if (turn === 6) await keeper.cut();
  }
  const part = await keeper.cut();
  await keeper.close();
  return { part, expected };
}

const eventKey = (columns: ReturnType<typeof plainColumns>, row: number): string =>
  JSON.stringify(Object.keys(columns).map((name) => columns[name]?.[row]));

it('gives every row of each partition with what became of it, to whoever goes on from the manifest', () =>
  withFolder(async (folder) => {
    const { part, expected } = await archived(folder);
    const dictionaries = createDictionaries(ORDER_SCHEMA, 1000);
    const source = createArchiveSource({
      ...{ part, folder, schema: ORDER_SCHEMA, columns: ALL_COLUMNS, dictionaries, batchCapacity: 37 },
    });
    const found = new Map<string, string[]>();
    let rows = 0;
    for (;;) {
      const polled = await source.poll();
      if (polled.kind !== 'batch') break;
      const { batch, partition, recorded } = polled;
      rows += batch.length;
      expect(polled.nextOffset).toBe(String(rows));
      const columns = plainColumns([withoutBesides(batch)], dictionaries);
      const told = found.get(partition) ?? [];
      for (let row = 0; row < batch.length; row++) {
        const fate = DISPOSITIONS[recorded?.disposition[row] ?? -1];
        const reason = fate === 'rejected' ? recorded?.reasons[recorded.reason[row] ?? 0] : null;
        told.push(`${eventKey(columns, row)} ${fate} ${reason}`);
      }
      found.set(partition, told);
    }
    for (const [partition, taken] of expected) {
      const columns = expectedColumns(taken.map(({ event }) => event));
      const wanted = taken.map(({ fate, reason }, row) => `${eventKey(columns, row)} ${fate} ${reason}`);
      expect(found.get(partition)?.sort()).toEqual(wanted.sort());
    }
    expect([...found.keys()].sort()).toEqual(PARTITIONS);
  }));

it('reads the files that it is asked for, and says which is gone', () =>
  withFolder(async (folder) => {
    const { part } = await archived(folder);
    const dictionaries = createDictionaries(ORDER_SCHEMA, 1000);
    const shared = { part, folder, schema: ORDER_SCHEMA, columns: ALL_COLUMNS, dictionaries };
    const ofDay = part.files.filter(({ day }) => day === '2026-11-21');
    const source = createArchiveSource({ ...shared, include: ({ day }) => day === '2026-11-21' });
    let rows = 0;
    for (;;) {
      const polled = await source.poll();
      if (polled.kind !== 'batch') break;
      rows += polled.batch.length;
    }
    expect(rows).toBe(ofDay.reduce((sum, file) => sum + file.rows, 0));
    const [first] = part.files;
    await rm(join(folder, first?.name ?? ''));
    await expect(createArchiveSource(shared).poll()).rejects.toMatchObject({
      code: 'archive_missing',
      message: expect.stringContaining(first?.name ?? 'a file'),
    });
  }));

/** The batch with the columns of an event alone. */
function withoutBesides(batch: EventBatch): EventBatch {
  const own = Object.entries(batch.categories).filter(([name]) => ALL_COLUMNS.includes(name));
  return { ...batch, categories: Object.fromEntries(own) };
}
