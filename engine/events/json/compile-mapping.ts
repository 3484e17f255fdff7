import { GmvError } from '../../errors.ts';
import type { ColumnDefinition, Schema } from '../order-schema.ts';
import { MAX_TEXT_BYTES } from '../text-limit.ts';
import type { ColumnMapping, JsonMapping } from './json-mapping.ts';
import { keysOfPath } from './json-path.ts';
import { createPathTree, type PathNode } from './path-tree.ts';
import { FLOOR, type FractionRule, MARK, REFUSE } from './scale-decimal.ts';

/** How a number is read: times 10^`exponent`, what becomes of a fraction, whether it may be a text. */
export interface NumberReading {
  readonly as: 'decimal';
  readonly exponent: number;
  readonly fraction: FractionRule;
  readonly quoted: boolean;
}

export interface CompiledColumn {
  readonly name: string;
  readonly kind: ColumnDefinition['kind'];
  /** Its place in the schema. */
  readonly place: number;
  /** Where its token is; a constant's has none, ever. */
  readonly slot: number;
  /** What it is where there is no value; a text or a number, as the column's kind has it. */
  readonly fallback: string | number | null;
  /** Of number columns. */
  readonly reading: NumberReading | { readonly as: 'iso8601' } | null;
  /** Of category columns: text in the JSON → value. */
  readonly renamed: ReadonlyMap<string, string>;
}

export interface CompiledMapping {
  readonly columns: readonly CompiledColumn[];
  readonly root: PathNode;
  /** Slots that columns have. */
  readonly slotCount: number;
}

export interface CompileMappingOptions {
  readonly schema: Schema;
  readonly mapping: JsonMapping;
  /** Digits of the currency's minor unit (ISO 4217): 2 for CNY, 0 for JPY. */
  readonly currencyDigits: number;
}

/**
 * Checks a mapping against the schema and says for each column where it comes from.
 *
 * @throws GmvError `mapping` that names the column and the setting.
 */
export function compileMapping({ schema, mapping, currencyDigits }: CompileMappingOptions): CompiledMapping {
  for (const name of Object.keys(mapping)) {
    if (schema.some((column) => column.name === name)) continue;
    const names = schema.map((column) => column.name).join(', ');
    throw new GmvError('mapping', `the mapping names "${name}", which is no column`, `There is ${names}.`);
  }
  const settings = schema.map(({ name }): ColumnMapping => {
    const given = Object.hasOwn(mapping, name) ? mapping[name] : undefined;
    if (given === undefined) return {};
    return typeof given === 'string' || Array.isArray(given) ? { from: given } : (given as ColumnMapping);
  });
  const paths = schema.map((column, i) => {
    const { from = [column.name] } = settings[i] ?? {};
    const keys = keysOfPath(from);
    if (keys) return keys;
    throw mistake(column, 'from', 'is no path', "Write keys joined by dots, or a list: ['a.b', 0].");
  });
  const isConstant = settings.map(({ constant }) => constant !== undefined);
  const tree = createPathTree(paths.filter((_, i) => !isConstant[i]));
  let next = 0;
  const columns = schema.map((column, place): CompiledColumn => {
    const setting = settings[place] ?? {};
    checkSettings(column, setting);
    const slot = isConstant[place] ? tree.slotCount : (tree.slots[next++] ?? 0);
    return {
      name: column.name,
      kind: column.kind,
      place,
      slot,
      fallback: setting.constant ?? setting.default ?? null,
      reading: readingOf(column, setting, currencyDigits),
      renamed: renamedOf(column, setting),
    };
  });
  // One slot behind those of the paths, at which nothing is ever found.
  return { columns, root: tree.root, slotCount: tree.slotCount + 1 };
}

const UNITS: Readonly<Record<ColumnDefinition['kind'], readonly string[]>> = {
  money: ['minor', 'major'],
  time: ['ms', 'seconds', 'us', 'ns', 'iso8601'],
  integer: [],
  id64: [],
  id128: [],
  category: [],
};

const EXPONENTS: Readonly<Record<string, number>> = { seconds: 3, ms: 0, us: -3, ns: -6 };

const isText = (column: ColumnDefinition): boolean =>
  column.kind === 'category' || column.kind === 'id64' || column.kind === 'id128';

function checkSettings(column: ColumnDefinition, setting: ColumnMapping): void {
  const { constant, unit, quoted, values } = setting;
  if (constant !== undefined) {
    const others = ['from', 'default', 'unit', 'quoted', 'values'] as const;
    const other = others.find((name) => setting[name] !== undefined);
    if (other) throw mistake(column, other, 'is of no use beside a constant', 'Leave out one of the two.');
    if (constant === null && !column.nullable) {
      throw mistake(column, 'constant', 'is null, where the column needs a value', 'Give a value.');
    }
  }
  for (const name of ['constant', 'default'] as const) {
    const value = setting[name];
    if (value === undefined || value === null || fits(column, value)) continue;
    const wanted = isText(column)
      ? `a text of up to ${MAX_TEXT_BYTES} bytes`
      : 'an integer: minor units, epoch milliseconds or pieces';
    throw mistake(column, name, 'does not fit the column', `Give ${wanted}.`);
  }
  const units = UNITS[column.kind];
  if (unit !== undefined && !units.includes(unit)) {
    const remedy = units.length > 0 ? `Use one of ${units.join(', ')}.` : 'Leave it out.';
    throw mistake(column, 'unit', `is "${unit}", which a column of kind ${column.kind} has not`, remedy);
  }
  if (quoted !== undefined && (isText(column) || unit === 'iso8601')) {
    throw mistake(column, 'quoted', 'is for numbers', 'Leave it out.');
  }
  if (values && column.kind !== 'category') {
    throw mistake(column, 'values', `is for categories, not for kind ${column.kind}`, 'Leave it out.');
  }
}

function fits(column: ColumnDefinition, value: string | number): boolean {
  if (isText(column)) return typeof value === 'string' && Buffer.byteLength(value) <= MAX_TEXT_BYTES;
  return Number.isSafeInteger(value);
}

function readingOf(
  { kind }: ColumnDefinition,
  { unit, quoted = false }: ColumnMapping,
  currencyDigits: number,
): CompiledColumn['reading'] {
  if (unit === 'iso8601') return { as: 'iso8601' };
  if (unit === 'major') return { as: 'decimal', exponent: currencyDigits, fraction: REFUSE, quoted: true };
  if (kind === 'time') {
    return { as: 'decimal', exponent: EXPONENTS[unit ?? 'ms'] ?? 0, fraction: FLOOR, quoted };
  }
  if (kind === 'money' || kind === 'integer') return { as: 'decimal', exponent: 0, fraction: MARK, quoted };
  return null;
}

function renamedOf(column: ColumnDefinition, { values = {} }: ColumnMapping): ReadonlyMap<string, string> {
  const renamed = new Map<string, string>();
  for (const [value, sources] of Object.entries(values)) {
    if (!fits(column, value)) throw mistake(column, 'values', `gives a text that is too long`, 'Shorten it.');
    for (const source of sources) {
      const other = renamed.get(source);
      if (other !== undefined && other !== value) {
        const both = `says that "${source}" is "${other}" and that it is "${value}"`;
        throw mistake(column, 'values', both, 'Leave one of them.');
      }
      renamed.set(source, value);
    }
  }
  return renamed;
}

function mistake({ name }: ColumnDefinition, setting: string, what: string, remedy: string): GmvError {
  return new GmvError('mapping', `the mapping of ${name}: \`${setting}\` ${what}`, remedy);
}
