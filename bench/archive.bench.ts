import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';
import type { FromArchiveWriter, ToArchiveWriter } from '../engine/archive/archive-messages.ts';
import { EMPTY_PART } from '../engine/archive/archive-part.ts';
import { createArchiveWriter } from '../engine/archive/archive-writer.ts';
import { openArchive } from '../engine/archive/open-archive.ts';
import { type PageCodec, SNAPPY_PAGES } from '../engine/archive/page-codec.ts';
import type { RowBlock } from '../engine/archive/row-block.ts';
import { createZstdPages } from '../engine/archive/zstd-pages.ts';
import { createBusinessCalendar } from '../engine/calendar/business-calendar.ts';
import { messagesOfSimulator } from '../engine/cli/messages-of-simulator.ts';
import { createDictionaries } from '../engine/events/create-dictionaries.ts';
import type { Dictionaries } from '../engine/events/dictionary.ts';
import type { RowFates } from '../engine/events/disposition.ts';
import { createJsonDecoder } from '../engine/events/json/json-decoder.ts';
import { ORDER_SCHEMA } from '../engine/events/order-schema.ts';
import { createRecordBatch, type RecordBatch } from '../engine/events/record-batch.ts';
import { reserveTexts } from '../engine/events/record-columns.ts';
import { DEFAULT_LIMITS } from '../engine/plan/default-limits.ts';
import { type Contender, type Measured, runBench } from './harness.ts';

interface Input {
  readonly events: number;
  readonly passes: number;
}

const ROWS = 4_096;
const CARDINALITY = 2_000_000;
const NOON_MS = Date.UTC(2025, 10, 11, 12);
const PARTITION = 'orders/0';
const calendar = createBusinessCalendar('UTC');

/** Adds up the time, and the processors' time, of what is measured. */
function createWatch() {
  let ms = 0;
  let cpuUs = 0;
  return {
    async measure(isMeasured: boolean, work: () => unknown): Promise<void> {
      const begin = performance.now();
      const cpu = process.cpuUsage();
      await work();
      const { user, system } = process.cpuUsage(cpu);
      if (!isMeasured) return;
      ms += performance.now() - begin;
      cpuUs += user + system;
    },
    measured: (rows: number): Pick<Measured, 'seconds' | 'rows' | 'columns'> => {
      return { rows, seconds: ms / 1000, columns: { 'CPU ns/row': (cpuUs * 1000) / rows } };
    },
  };
}

/** Orders as `gmv produce` sends them, decoded. */
async function decoded(events: number, dictionaries: Dictionaries): Promise<RecordBatch[]> {
  const decoder = createJsonDecoder({
    ...{ schema: ORDER_SCHEMA, dictionaries, mapping: {}, currencyDigits: 2 },
  });
  const ask = { seed: 11, currency: 'CNY', calendar, nowMs: NOON_MS, rate: null, limit: events };
  const batches: RecordBatch[] = [];
  let offset = 0;
  let batch = createRecordBatch(ORDER_SCHEMA, ROWS);
  for await (const chunk of messagesOfSimulator(ask)) {
    for (const message of chunk) {
      const bytes = Buffer.from(message.value);
      const { texts, value } = batch.records;
      reserveTexts(texts, bytes.length);
      texts.bytes.set(bytes, texts.length);
      value.start[batch.length] = texts.length;
      texts.length += bytes.length;
      value.end[batch.length] = texts.length;
      batch.records.offset[batch.length] = offset++;
      batch.recordTimeMs[batch.length++] = NOON_MS;
      if (batch.length < ROWS && offset < events) continue;
      decoder.decode(batch, 0, batch.length);
      batches.push(batch);
      batch = createRecordBatch(ORDER_SCHEMA, ROWS);
    }
  }
  return batches;
}

const FATES: RowFates = {
  disposition: new Uint8Array(ROWS),
  reason: new Uint16Array(ROWS),
  reasons: ['accepted'],
};

/** What the live thread does: copies rows and hands them over; nobody writes them. */
const taking: Contender<Input> = {
  name: 'take',
  async run({ events, passes }) {
    const dictionaries = createDictionaries(ORDER_SCHEMA, CARDINALITY);
    const batches = await decoded(events, dictionaries);
    const { port1, port2 } = new MessageChannel();
    giveBack(port2, (message) => message);
    const keeper = await openArchive({
      ...{ port: port1, schema: ORDER_SCHEMA, dictionaries, named: null, sealedThrough: () => null },
    });
    const { measure, measured } = createWatch();
    for (let pass = 0; pass <= passes; pass++) {
      for (const batch of batches) {
        await keeper.whenReady();
        // The first pass warms up.
        await measure(pass > 0, () => keeper.take(batch, PARTITION, FATES));
      }
    }
    port1.close();
    return { ...measured(events * passes), digest: () => null };
  },
};

/** What the archive's thread does with the blocks, up to files that are on disk. */
function writing(name: string, codec: () => PageCodec): Contender<Input> {
  return {
    name,
    async run({ events, passes }): Promise<Measured> {
      const dictionaries = createDictionaries(ORDER_SCHEMA, CARDINALITY);
      const batches = await decoded(events, dictionaries);
      const folder = mkdtempSync(join(tmpdir(), 'gmv-archive-bench-'));
      try {
        const writer = createArchiveWriter({
          ...{ folder: join(folder, 'archive'), schema: ORDER_SCHEMA, calendar, codec: codec() },
          ...{ limits: DEFAULT_LIMITS, retention: { days: null, bytes: null } },
        });
        await writer.open(EMPTY_PART, []);
        const { measure, measured } = createWatch();
        let warmBytes = 0;
        const { port1, port2 } = new MessageChannel();
        let queue: Extract<ToArchiveWriter, { kind: 'rows' }>[] = [];
        giveBack(port2, (message) => {
          queue.push(message);
          return null;
        });
        const keeper = await openArchive({
          ...{ port: port1, schema: ORDER_SCHEMA, dictionaries, named: null, sealedThrough: () => null },
        });
        for (let pass = 0; pass <= passes; pass++) {
          for (const batch of batches) {
            keeper.take(batch, PARTITION, FATES);
            await nextTurn();
            for (const { block, texts } of queue) {
              await measure(pass > 0, () => {
                writer.add(block, texts);
                return writer.flush();
              });
              give(port2, block);
            }
            queue = [];
          }
          await measure(pass > 0, () => writer.cut(null));
          if (pass === 0) warmBytes = (await writer.cut(null)).part.bytes;
        }
        const { part } = await writer.cut(null);
        port1.close();
        const all = measured(events * passes);
        const columns = { ...all.columns, 'bytes/row': (part.bytes - warmBytes) / all.rows };
        return { ...all, columns, digest: () => null };
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  };
}

type Port = MessageChannel['port1'];

function give(port: Port, block: RowBlock): void {
  block.length = 0;
  block.bytesUsed = 0;
  port.postMessage({ kind: 'taken', block } satisfies FromArchiveWriter);
}

/** The other end of a keeper: `take` says whether a block goes back at once. */
function giveBack(
  port: Port,
  take: (message: Extract<ToArchiveWriter, { kind: 'rows' }>) => object | null,
): void {
  port.on('message', (message: ToArchiveWriter) => {
    if (message.kind === 'open') {
      port.postMessage({ kind: 'opened', removed: [], missing: [] } satisfies FromArchiveWriter);
    }
    if (message.kind === 'rows' && take(message)) give(port, message.block);
  });
}

await runBench<Input>({
  question: 'What does it cost to archive records as they come: on the live thread, and on its own?',
  options: {
    events: { type: 'string', default: '200000' },
    passes: { type: 'string', default: '5' },
  },
  prepare: async ({ events, passes }) => [
    { title: `${events} orders, ${passes} times`, input: { events: Number(events), passes: Number(passes) } },
  ],
  contenders: [
    taking,
    writing('write with zstd', createZstdPages),
    writing('write with snappy', () => SNAPPY_PAGES),
  ],
});
