import { createBusinessCalendar } from '../engine/calendar/business-calendar.ts';
import { messagesOfSimulator } from '../engine/cli/messages-of-simulator.ts';
import { createDictionaries } from '../engine/events/create-dictionaries.ts';
import type { Dictionaries } from '../engine/events/dictionary.ts';
import { appendEvent } from '../engine/events/encode-event.ts';
import { columnOf, createEventBatch, type EventBatch } from '../engine/events/event-batch.ts';
import { createJsonDecoder } from '../engine/events/json/json-decoder.ts';
import type { OrderEvent } from '../engine/events/order-event.ts';
import { ORDER_SCHEMA } from '../engine/events/order-schema.ts';
import { createRecordBatch, type RecordBatch } from '../engine/events/record-batch.ts';
import { reserveTexts } from '../engine/events/record-columns.ts';
import { type Contender, type Measured, runBench } from './harness.ts';
import { processorSeconds } from './processor-seconds.ts';

interface Input {
  readonly events: number;
  readonly passes: number;
}

const ROWS = 4_096;
const CARDINALITY = 2_000_000;
const NOON_MS = Date.UTC(2025, 10, 11, 12);

/** Orders as `gmv produce` sends them. */
async function values(events: number): Promise<Buffer[]> {
  const messages = messagesOfSimulator({
    seed: 11,
    currency: 'CNY',
    calendar: createBusinessCalendar('UTC'),
    nowMs: NOON_MS,
    rate: null,
    limit: events,
  });
  const all: Buffer[] = [];
  for await (const chunk of messages) for (const { value } of chunk) all.push(Buffer.from(value));
  return all;
}

/** Records in batches, as a source leaves them. */
function batchesOf(all: readonly Buffer[]): RecordBatch[] {
  const batches: RecordBatch[] = [];
  for (let from = 0; from < all.length; from += ROWS) {
    const batch = createRecordBatch(ORDER_SCHEMA, ROWS);
    const { texts, value } = batch.records;
    for (const bytes of all.slice(from, from + ROWS)) {
      reserveTexts(texts, bytes.length);
      texts.bytes.set(bytes, texts.length);
      value.start[batch.length] = texts.length;
      texts.length += bytes.length;
      value.end[batch.length++] = texts.length;
    }
    batches.push(batch);
  }
  return batches;
}

/** Passes over all events, in seconds of processors; the first one warms up. */
function time(passes: number, events: number, pass: () => void): Omit<Measured, 'digest'> {
  pass();
  const begin = processorSeconds();
  for (let i = 0; i < passes; i++) pass();
  return { rows: passes * events, seconds: processorSeconds() - begin };
}

/** Every number, code and hash of batches, so that contenders that differ in one are found. */
function digestOf(batches: readonly EventBatch[], dictionaries: Dictionaries): Record<string, string> {
  const digest: Record<string, string> = {};
  const add = (name: string, valueAt: (batch: EventBatch, row: number) => number): void => {
    let sum = 0;
    let rows = 0;
    for (const batch of batches) {
      for (let row = 0; row < batch.length; row++, rows++) {
        sum = (Math.imul(sum, 31) + ((valueAt(batch, row) || 0) % 0x7fff_ffff)) | 0;
      }
    }
    digest[name] = `${rows} ${sum}`;
  };
  for (const { name, kind } of ORDER_SCHEMA) {
    if (kind === 'id128') add(name, (batch, row) => batch.eventId[3][row] ?? 0);
    else if (kind === 'id64') add(name, (batch, row) => columnOf(batch.ids, name).hi[row] ?? 0);
    else if (kind !== 'category') add(name, (batch, row) => columnOf(batch.numbers, name)[row] ?? 0);
    else {
      const { hashOf } = columnOf(dictionaries, name);
      add(name, (batch, row) => hashOf(columnOf(batch.categories, name)[row] ?? 0));
    }
  }
  return digest;
}

function decoding(name: string, isGeneral: boolean): Contender<Input> {
  return {
    name,
    async run({ events, passes }) {
      const batches = batchesOf(await values(events));
      const dictionaries = createDictionaries(ORDER_SCHEMA, CARDINALITY);
      const decoder = createJsonDecoder({
        schema: ORDER_SCHEMA,
        dictionaries,
        mapping: {},
        currencyDigits: 2,
        isGeneral,
      });
      const measured = time(passes, events, () => {
        for (const batch of batches) decoder.decode(batch, 0, batch.length);
      });
      return { ...measured, digest: () => digestOf(batches, dictionaries) };
    },
  };
}

const parse = (bytes: Buffer): OrderEvent => JSON.parse(bytes.toString()) as OrderEvent;

/** Parsed, and put into columns by a loop over the schema. */
function fill(all: readonly Buffer[], batch: EventBatch, dictionaries: Dictionaries): void {
  for (let from = 0; from < all.length; from += batch.capacity) {
    batch.length = 0;
    for (const bytes of all.slice(from, from + batch.capacity)) {
      appendEvent(batch, ORDER_SCHEMA, dictionaries, parse(bytes));
    }
  }
}

function digestOfParsed(all: readonly Buffer[]): Record<string, string> {
  const dictionaries = createDictionaries(ORDER_SCHEMA, CARDINALITY);
  const batch = createEventBatch(ORDER_SCHEMA, all.length);
  fill(all, batch, dictionaries);
  return digestOf([batch], dictionaries);
}

const parseAlone: Contender<Input> = {
  name: 'JSON.parse alone',
  async run({ events, passes }) {
    const all = await values(events);
    let fields = 0;
    const measured = time(passes, events, () => {
      for (const bytes of all) if (parse(bytes).amount_minor !== undefined) fields++;
    });
    if (fields === 0) throw new Error('no event has an amount');
    return { ...measured, digest: () => digestOfParsed(all) };
  },
};

const parseToColumns: Contender<Input> = {
  name: 'JSON.parse to columns',
  async run({ events, passes }) {
    const all = await values(events);
    const dictionaries = createDictionaries(ORDER_SCHEMA, CARDINALITY);
    const batch = createEventBatch(ORDER_SCHEMA, ROWS);
    const measured = time(passes, events, () => fill(all, batch, dictionaries));
    return { ...measured, digest: () => digestOfParsed(all) };
  },
};

await runBench<Input>({
  question: 'How many JSON events become columns in a second of a processor?',
  options: {
    events: { type: 'string', default: '100000' },
    passes: { type: 'string', default: '10' },
  },
  prepare: async ({ events, passes }) => {
    const input = { events: Number(events), passes: Number(passes) };
    const all = await values(input.events);
    const bytes = all.reduce((sum, { length }) => sum + length, 0) / all.length;
    return [{ title: `${input.events} orders of ${Math.round(bytes)} bytes, ${passes} times`, input }];
  },
  contenders: [parseAlone, parseToColumns, decoding('general', true), decoding('layouts', false)],
});
