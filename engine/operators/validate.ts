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
import type { ColumnDefinition } from '../events/order-schema.ts';
import { DECODED, decodeFailures } from '../events/record-columns.ts';
import { TOO_LONG_LANE } from '../events/text-limit.ts';
import type { Plan, PlanReject } from '../plan/plan.ts';

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

/**
 * Decides which rows are rejected, and why. Columns are screened one by one; only a row that fails a screen is
 * judged by itself. An empty text is none where one is required; elsewhere it is a value like any other.
 */
export function createValidate({ plan, dictionaries }: ValidateOptions): Validate {
  const { schema, limits, currency, rejects } = plan;
  const definitions = new Map(schema.map((column) => [column.name, column]));
  const categories = schema.filter((column) => column.kind === 'category');
  const ids = schema.filter((column) => column.kind === 'id64');
  const numbers = schema
    .filter(({ kind }) => kind === 'integer' || kind === 'money' || kind === 'time')
    .map((column) => ({ ...column, ...boundsOf(column.name, plan) }));
  // A value that is none of those wanted, by rule; an empty one is none of these either.
  const flags = new Map(
    rejects.flatMap((rule) => {
      if (rule.when !== 'none_of' && rule.when !== 'other_currency') return [];
      const wanted = new Set<string | null>(rule.when === 'none_of' ? rule.values : [currency]);
      return [[rule.column, createFlags(columnOf(dictionaries, rule.column), (v) => wanted.has(v))]];
    }),
  );
  const notEmpty = rejects.flatMap(({ when, column }) => {
    if (when !== 'empty' || definitions.get(column)?.kind !== 'category' || flags.has(column)) return [];
    return [{ column, ...createFlags(columnOf(dictionaries, column), (v) => v !== '') }];
  });
  const future = rejects.find((rule) => rule.when === 'ahead_of_record');

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

  const applies = (rule: PlanReject, batch: EventBatch, row: number): boolean => {
    const column = definitions.get(rule.column);
    if (!column) throw new Error(`the plan rejects by "${rule.column}", which is no column`);
    const number = (): number => columnOf(batch.numbers, rule.column)[row]!;
    const code = (): number => columnOf(batch.categories, rule.column)[row]!;
    switch (rule.when) {
      case 'null':
        return isNull(column, batch, row);
      case 'empty':
        return isEmpty(column, batch, row);
      case 'longer':
        return isTooLong(column, batch, row);
      case 'outside':
        return number() < limits[rule.from] || number() >= limits[rule.before];
      case 'not_utf8':
        return code() === NOT_UTF8_CODE;
      case 'more_values':
        return code() === REFUSED_CODE;
      case 'none_of':
      case 'other_currency':
        return flags.get(rule.column)?.of(code()) === 0;
      case 'not_integer':
        return !Number.isNaN(number()) && !Number.isInteger(number());
      case 'negative':
        return number() < 0;
      case 'above':
        return number() > limits[rule.limit];
      case 'inexact':
        return Math.abs(number()) > Number.MAX_SAFE_INTEGER;
      case 'ahead_of_record':
        return batch.recordTimeMs !== null && number() > batch.recordTimeMs[row]! + limits[rule.limit];
    }
  };

  const screen = (batch: EventBatch, out: Uint16Array): void => {
    const { length } = batch;
    screenEventIds(batch.eventId, length, out);
    for (const { name, nullable } of categories) {
      screenCodes(columnOf(batch.categories, name), nullable ? NULL_CODE : NULL_CODE + 1, length, out);
    }
    for (const { name, nullable } of ids) screenIds(columnOf(batch.ids, name), nullable, length, out);
    for (const { name, nullable, least, most } of numbers) {
      screenNumbers(columnOf(batch.numbers, name), least, most, nullable, length, out);
    }
    for (const [name, { screen }] of flags) screen(columnOf(batch.categories, name), length, out);
    for (const { column, screen } of notEmpty) screen(columnOf(batch.categories, column), length, out);
    if (future && batch.recordTimeMs) {
      const times = columnOf(batch.numbers, future.column);
      screenFuture(times, batch.recordTimeMs, limits[future.limit], length, out);
    }
  };

  return {
    reasons: ['accepted', ...rejects.map(({ reason }) => reason), ...decodeFailures(schema).slice(1)],
    process(batch, out) {
      screen(batch, out);
      for (let row = 0; row < batch.length; row++) {
        if (out[row] === ACCEPTED) continue;
        // A record that could not be decoded has nulls in all columns, so that a screen has caught it.
        const failure = batch.records?.failure[row] ?? DECODED;
        out[row] =
          failure === DECODED
            ? 1 + rejects.findIndex((rule) => applies(rule, batch, row))
            : rejects.length + failure;
      }
    },
  };
}

/** What a number column's values must lie between for no rule to apply, both inclusive. */
function boundsOf(
  column: string,
  { rejects, limits }: Plan,
): { readonly least: number; readonly most: number } {
  let least = -Number.MAX_VALUE;
  let most = Number.MAX_VALUE;
  for (const rule of rejects) {
    if (rule.column !== column) continue;
    if (rule.when === 'negative') least = Math.max(least, 0);
    if (rule.when === 'above') most = Math.min(most, limits[rule.limit]);
    if (rule.when === 'inexact') {
      least = Math.max(least, Number.MIN_SAFE_INTEGER);
      most = Math.min(most, Number.MAX_SAFE_INTEGER);
    }
    if (rule.when !== 'outside') continue;
    least = Math.max(least, limits[rule.from]);
    most = Math.min(most, limits[rule.before] - 1);
  }
  return { least, most };
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
function createFlags(dictionary: Dictionary, flagOf: (value: string | null) => boolean) {
  let flags = new Uint8Array(16);
  let known = 0;
  const extend = (): void => {
    if (flags.length < dictionary.size) {
      const grown = new Uint8Array(dictionary.size * 2);
      grown.set(flags);
      flags = grown;
    }
    for (; known < dictionary.size; known++) flags[known] = flagOf(dictionary.valueOf(known)) ? 1 : 0;
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
