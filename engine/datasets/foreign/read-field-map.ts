import { GmvError } from '../../errors.ts';
import { type CompiledColumn, compileMapping } from '../../events/json/compile-mapping.ts';
import type { JsonMapping, JsonPath } from '../../events/json/json-mapping.ts';
import { keysOfPath } from '../../events/json/json-path.ts';
import { FLOOR } from '../../events/json/scale-decimal.ts';
import type { ColumnDefinition, Schema } from '../../events/order-schema.ts';
import type { FieldCase, FieldMap, FieldMapping } from '../field-map.ts';

/** What is done with digits behind the last one that counts. */
export type Rounding = 'floor' | 'refuse' | 'half_up' | 'half_even';

/** One of our columns, and what it is made of. */
export interface MappedColumn {
  readonly definition: ColumnDefinition;
  readonly setting: Omit<FieldMapping, 'from' | 'times' | 'cases'>;
  /** Nothing was said of it: it has its own name, and may be missing where it is nullable. */
  readonly isOwnName: boolean;
  /** Keys from the outside in; empty where it is made of none. */
  readonly from: readonly string[];
  readonly times: readonly string[] | null;
  readonly cases: readonly (FieldCase & { readonly keys: readonly string[] })[];
  /** Where there is no value. */
  readonly fallback: string | number | null;
  readonly renamed: CompiledColumn['renamed'];
  /** How far the point of a number is moved, and its rounding; null for what is none. */
  readonly number: { readonly shift: number; readonly rounding: Rounding } | null;
}

export interface ReadFieldMapOptions {
  readonly schema: Schema;
  readonly map: FieldMap;
  readonly currencyDigits: number;
}

/**
 * Checks a field map against the schema; no file is looked at.
 *
 * @throws GmvError `mapping` that names column and setting.
 */
export function readFieldMap({ schema, map, currencyDigits }: ReadFieldMapOptions): readonly MappedColumn[] {
  const compiled = compileMapping({ schema, mapping: sharedSettings(map), currencyDigits });
  return schema.map((definition, i): MappedColumn => {
    const isOwnName = !Object.hasOwn(map, definition.name);
    const { from, times, cases = [], ...setting } = settingOf(map, definition.name);
    checkSetting(definition, { from, times, cases, ...setting });
    const { fallback = null, renamed = new Map(), reading = null } = compiled.columns[i] ?? {};
    const isMadeOfNone = cases.length > 0 || setting.row === true || setting.constant !== undefined;
    const fraction = reading?.as === 'decimal' && reading.fraction === FLOOR ? 'floor' : 'refuse';
    return {
      ...{ definition, setting, isOwnName, fallback, renamed },
      from: isMadeOfNone ? [] : keysOf(definition, 'from', from ?? [definition.name]),
      times: times === undefined ? null : keysOf(definition, 'times', times),
      cases: cases.map((each) => ({ ...each, keys: keysOf(definition, 'cases', each.from) })),
      number:
        reading?.as === 'decimal' ? { shift: reading.exponent, rounding: setting.round ?? fraction } : null,
    };
  });
}

/** Whether a file's place decides what its rows are. */
export const numbersRows = (columns: readonly MappedColumn[]): boolean =>
  columns.some(({ definition, setting }) => setting.row === true && definition.kind !== 'integer');

function settingOf(map: FieldMap, name: string): FieldMapping {
  const given = Object.hasOwn(map, name) ? map[name] : undefined;
  if (given === undefined) return {};
  return typeof given === 'string' || Array.isArray(given) ? { from: given } : (given as FieldMapping);
}

/** The settings that mappings of JSON have, too. */
function sharedSettings(map: FieldMap): JsonMapping {
  return Object.fromEntries(
    Object.keys(map).map((name) => {
      const {
        times: _t,
        absolute: _a,
        round: _r,
        letters: _l,
        zone: _z,
        cases: _c,
        row: _w,
        ...shared
      } = settingOf(map, name);
      return [name, shared];
    }),
  );
}

/** Setting → kinds of columns that can have it. */
const KINDS: Readonly<Record<string, readonly ColumnDefinition['kind'][]>> = {
  times: ['money', 'integer'],
  absolute: ['money', 'integer'],
  round: ['money', 'integer'],
  letters: ['category', 'id64', 'id128'],
  zone: ['time'],
  cases: ['category'],
  row: ['id64', 'id128', 'integer'],
};

function checkSetting(column: ColumnDefinition, setting: FieldMapping): void {
  for (const [name, kinds] of Object.entries(KINDS)) {
    const value = setting[name as keyof FieldMapping];
    if (value === undefined || (Array.isArray(value) && value.length === 0)) continue;
    if (!kinds.includes(column.kind)) {
      throw mistake(column, name, `is not for a column of kind ${column.kind}`, 'Leave it out.');
    }
  }
  const alone = setting.row === true ? 'row' : setting.cases?.length ? 'cases' : null;
  const others = ['from', 'constant', 'values', 'unit', 'quoted'] as const;
  const other = alone && others.find((name) => setting[name] !== undefined);
  if (other) throw mistake(column, other, `is of no use beside \`${alone}\``, 'Leave out one of the two.');
  for (const each of setting.cases ?? []) {
    const tests = [each.in, each.startsWith, each.below].filter((test) => test !== undefined);
    if (tests.length === 1) continue;
    throw mistake(column, 'cases', 'has a case without one test', 'Give it `in`, `startsWith` or `below`.');
  }
  if (setting.zone === undefined) return;
  try {
    new Intl.DateTimeFormat('en', { timeZone: setting.zone });
  } catch {
    throw mistake(column, 'zone', `is "${setting.zone}"`, 'Use an IANA zone such as Europe/London.');
  }
}

function keysOf(column: ColumnDefinition, setting: string, path: JsonPath): readonly string[] {
  const keys = keysOfPath(path);
  if (keys) return keys;
  throw mistake(column, setting, 'is no path', "Write keys joined by dots, or a list: ['a.b', 0].");
}

function mistake({ name }: ColumnDefinition, setting: string, what: string, remedy: string): GmvError {
  return new GmvError('mapping', `the mapping of ${name}: \`${setting}\` ${what}`, remedy);
}
