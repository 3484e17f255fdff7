import {
  type Dictionaries,
  type Dictionary,
  NOT_UTF8_CODE,
  NULL_CODE,
  REFUSED_CODE,
  TOO_LONG_CODE,
} from '../events/dictionary.ts';
import { columnOf, type EventBatch, type IdColumn, type WideIdColumn } from '../events/event-batch.ts';
import { EMPTY_TEXT_LANES } from '../events/hash.ts';
import { type ColumnDefinition, EVENT_TYPES } from '../events/order-schema.ts';
import { TOO_LONG_LANE } from '../events/text-limit.ts';
import type { Plan } from '../plan/plan.ts';

/** The verdict of a row that is to be applied; any other is an index into `reasons`. */
export const ACCEPTED = 0;

export interface Validate {
  /** Verdict → reason; `reasons[0]` stands for accepted rows. */
  readonly reasons: readonly string[];
  /** Writes a verdict for each row: the first reason that applies, in the order of `reasons`. */
  process(batch: EventBatch, out: Uint16Array): void;
}

export interface ValidateOptions {
  readonly plan: Plan;
  readonly dictionaries: Dictionaries;
}

/** Bits of a code: whether it is a known event type, the plan's currency, a text that isn't empty. */
const KNOWN_TYPE = 1;
const RIGHT_CURRENCY = 1;
const NOT_EMPTY = 1;

/**
 * Decides which rows are rejected, and why. Columns are screened one by one; only a row that fails a screen is
 * judged by itself. An empty text is none where one is required; elsewhere it is a value like any other.
 */
export function createValidate({ plan, dictionaries }: ValidateOptions): Validate {
  const { schema, limits, currency } = plan;
  const required = schema.filter((column) => !column.nullable);
  const categories = schema.filter((column) => column.kind === 'category');
  const numbers = schema.filter((column) => ['integer', 'money', 'time'].includes(column.kind));
  const ids = schema.filter((column) => column.kind === 'id64');
  const texts = schema.filter((column) => ['id128', 'id64', 'category'].includes(column.kind));
  const requiredTexts = texts.filter((column) => !column.nullable);
  const amount = numbers.some((column) => column.name === 'amount_minor') ? 'amount_minor' : null;
  const quantity = numbers.some((column) => column.name === 'quantity') ? 'quantity' : null;
  const reasons = [
    'accepted',
    ...required.map((column) => `null:${column.name}`),
    ...requiredTexts.map((column) => `empty:${column.name}`),
    'time_out_of_range',
    ...texts.map((column) => `text_too_long:${column.name}`),
    ...categories.map((column) => `not_utf8:${column.name}`),
    ...categories.map((column) => `cardinality:${column.name}`),
    'unknown_type',
    ...numbers.map((column) => `not_an_integer:${column.name}`),
    'negative_amount',
    'negative_quantity',
    'amount_over_cap',
    'quantity_over_cap',
    'currency',
    'future',
  ];
  const verdictOf = new Map(reasons.map((reason, index) => [reason, index]));
  const types = new Set<string | null>(EVENT_TYPES);
  const typeFlags = createFlags(columnOf(dictionaries, 'type'), (v) => (types.has(v) ? KNOWN_TYPE : 0));
  const currencyFlags = createFlags(columnOf(dictionaries, 'currency'), (v) =>
    v === currency ? RIGHT_CURRENCY : 0,
  );
  // An empty type or currency fails the screens above.
  const emptyFlags = requiredTexts
    .filter(({ name, kind }) => kind === 'category' && name !== 'type' && name !== 'currency')
    .map(({ name }) => ({
      name,
      ...createFlags(columnOf(dictionaries, name), (v) => (v === '' ? 0 : NOT_EMPTY)),
    }));

  const lanesOf = ({ name, kind }: ColumnDefinition, batch: EventBatch): readonly Uint32Array[] => {
    if (kind === 'id128') return batch.eventId;
    const { lo, hi } = columnOf(batch.ids, name);
    return [lo, hi];
  };
  const isNull = (column: ColumnDefinition, batch: EventBatch, row: number): boolean => {
    const { name, kind } = column;
    if (kind === 'category') return columnOf(batch.categories, name)[row] === NULL_CODE;
    if (kind === 'id64' || kind === 'id128') return lanesOf(column, batch).every((lane) => lane[row] === 0);
    return Number.isNaN(columnOf(batch.numbers, name)[row]);
  };
  const isEmpty = (column: ColumnDefinition, batch: EventBatch, row: number): boolean => {
    const { name, kind } = column;
    if (kind !== 'category')
      return lanesOf(column, batch).every((lane, i) => lane[row] === EMPTY_TEXT_LANES[i]);
    return columnOf(dictionaries, name).valueOf(columnOf(batch.categories, name)[row]!) === '';
  };
  const isTooLong = (column: ColumnDefinition, batch: EventBatch, row: number): boolean => {
    const { name, kind } = column;
    if (kind === 'category') return columnOf(batch.categories, name)[row] === TOO_LONG_CODE;
    return lanesOf(column, batch).every((lane) => lane[row] === TOO_LONG_LANE);
  };

  const reasonOf = (batch: EventBatch, row: number): string => {
    const number = (name: string): number => columnOf(batch.numbers, name)[row]!;
    for (const column of required) if (isNull(column, batch, row)) return `null:${column.name}`;
    for (const column of requiredTexts) if (isEmpty(column, batch, row)) return `empty:${column.name}`;
    const time = number('event_time');
    if (time < limits.minEventTimeMs || time >= limits.maxEventTimeMs) return 'time_out_of_range';
    for (const column of texts) if (isTooLong(column, batch, row)) return `text_too_long:${column.name}`;
    for (const { name } of categories) {
      if (columnOf(batch.categories, name)[row] === NOT_UTF8_CODE) return `not_utf8:${name}`;
    }
    for (const { name } of categories) {
      if (columnOf(batch.categories, name)[row] === REFUSED_CODE) return `cardinality:${name}`;
    }
    if (typeFlags.of(columnOf(batch.categories, 'type')[row]!) === 0) return 'unknown_type';
    for (const { name } of numbers) {
      if (!Number.isNaN(number(name)) && !Number.isInteger(number(name))) return `not_an_integer:${name}`;
    }
    if (amount && number(amount) < 0) return 'negative_amount';
    if (quantity && number(quantity) < 0) return 'negative_quantity';
    if (amount && number(amount) > limits.maxAmountMinor) return 'amount_over_cap';
    if (quantity && number(quantity) > limits.maxQuantity) return 'quantity_over_cap';
    if (currencyFlags.of(columnOf(batch.categories, 'currency')[row]!) === 0) return 'currency';
    if (batch.recordTimeMs && time > batch.recordTimeMs[row]! + limits.futureBoundMs) return 'future';
    return 'accepted';
  };

  const screen = (batch: EventBatch, out: Uint16Array): void => {
    const { length } = batch;
    screenEventIds(batch.eventId, length, out);
    for (const { name, nullable } of categories) {
      screenCodes(columnOf(batch.categories, name), nullable ? NULL_CODE : NULL_CODE + 1, length, out);
    }
    for (const { name, nullable } of ids) screenIds(columnOf(batch.ids, name), nullable, length, out);
    for (const { name, nullable, kind } of numbers) {
      const column = columnOf(batch.numbers, name);
      if (kind === 'time' && name === 'event_time') {
        screenNumbers(column, limits.minEventTimeMs, limits.maxEventTimeMs - 1, false, length, out);
      } else if (name === amount) screenNumbers(column, 0, limits.maxAmountMinor, nullable, length, out);
      else if (name === quantity) screenNumbers(column, 0, limits.maxQuantity, nullable, length, out);
      else screenNumbers(column, -Number.MAX_VALUE, Number.MAX_VALUE, nullable, length, out);
    }
    typeFlags.screen(columnOf(batch.categories, 'type'), length, out);
    currencyFlags.screen(columnOf(batch.categories, 'currency'), length, out);
    for (const { name, screen } of emptyFlags) screen(columnOf(batch.categories, name), length, out);
    if (batch.recordTimeMs) {
      const times = columnOf(batch.numbers, 'event_time');
      screenFuture(times, batch.recordTimeMs, limits.futureBoundMs, length, out);
    }
  };

  return {
    reasons,
    process(batch, out) {
      screen(batch, out);
      for (let row = 0; row < batch.length; row++) {
        if (out[row] !== ACCEPTED) out[row] = verdictOf.get(reasonOf(batch, row)) ?? ACCEPTED;
      }
    },
  };
}

function screenCodes(codes: Int32Array, lowest: number, length: number, out: Uint16Array): void {
  for (let row = 0; row < length; row++) if (codes[row]! < lowest) out[row] = 1;
}

/** An id that is null or empty: its hash is (0, 0, …) or (1, 0, …); or too long: every lane is the highest. */
function screenEventIds([a, b, c, d]: WideIdColumn, length: number, out: Uint16Array): void {
  for (let row = 0; row < length; row++) {
    const none = (b[row]! | c[row]! | d[row]!) === 0 && a[row]! <= 1;
    out[row] = none || (a[row]! & b[row]! & c[row]! & d[row]!) === -1 ? 1 : 0;
  }
}

function screenIds({ hi, lo }: IdColumn, nullable: boolean, length: number, out: Uint16Array): void {
  for (let row = 0; row < length; row++) if ((hi[row]! & lo[row]!) === -1) out[row] = 1;
  if (nullable) return;
  for (let row = 0; row < length; row++) if (hi[row] === 0 && lo[row]! <= 1) out[row] = 1;
}

function screenNumbers(
  column: Float64Array,
  least: number,
  most: number,
  nullable: boolean,
  length: number,
  out: Uint16Array,
): void {
  for (let row = 0; row < length; row++) {
    const value = column[row]!;
    if (value >= least && value <= most && Math.floor(value) === value) continue;
    if (!nullable || !Number.isNaN(value)) out[row] = 1;
  }
}

function screenFuture(
  times: Float64Array,
  recordTimes: Float64Array,
  bound: number,
  length: number,
  out: Uint16Array,
): void {
  for (let row = 0; row < length; row++) if (times[row]! > recordTimes[row]! + bound) out[row] = 1;
}

/** A flag per code of a dictionary, looked up once per value and kept as the dictionary grows. */
function createFlags(dictionary: Dictionary, flagOf: (value: string | null) => number) {
  let flags = new Uint8Array(16);
  let known = 0;
  const extend = (): void => {
    if (flags.length < dictionary.size) {
      const grown = new Uint8Array(dictionary.size * 2);
      grown.set(flags);
      flags = grown;
    }
    for (; known < dictionary.size; known++) flags[known] = flagOf(dictionary.valueOf(known));
  };
  return {
    of: (code: number): number => (code >= 0 ? flags[code]! : 0),
    screen(codes: Int32Array, length: number, out: Uint16Array): void {
      extend();
      const current = flags;
      for (let row = 0; row < length; row++) if (codes[row]! >= 0 && current[codes[row]!] === 0) out[row] = 1;
    },
  };
}
