import { duckdbDialect } from '../../export/duckdb-sql/duckdb-dialect.ts';
import { literal } from '../../export/sql/sql-text.ts';
import { type ForeignFormat, type GivenColumn, JSON_COLUMN } from './foreign-source.ts';
import type { MappedColumn } from './read-field-map.ts';

/** A value of a file, as an expression over its row. */
export interface GivenValue {
  /** Its text, where there is a value at all: for people. */
  readonly shown: string;
  /** Its text where it is of a type that the column can be read from. Null for an instant. */
  readonly text: string | null;
  /** A timestamp: epoch milliseconds, floored. */
  readonly instant: string | null;
  /** Of a number whose type has few digits: it needs not be read from its text. digits × 10^exponent. */
  readonly decimal?: { readonly digits: string; readonly exponent: number };
}

export interface GivenValueOptions {
  readonly keys: readonly string[];
  readonly column: MappedColumn;
  readonly as: 'text' | 'number' | 'time' | 'any';
  readonly format: ForeignFormat;
  readonly given: readonly GivenColumn[];
  /** Texts are no numbers unless the mapping says so, nor are floats anything. */
  readonly strict: boolean;
  /** DuckDB's name of an expression's type. */
  typeOf(expression: string): Promise<string>;
}

const { identifier } = duckdbDialect;

/** The value at a path, or in words what is wrong with it; null where there is no such column. */
export async function givenValue(options: GivenValueOptions): Promise<GivenValue | string | null> {
  const { keys, given, format } = options;
  if (format === 'json') return jsonValue(options);
  const [first = '', ...inner] = keys;
  if (!given.some(({ name }) => name === first)) return null;
  let value = quoted(first);
  for (const key of inner) {
    value = /^\d+$/.test(key) ? `${value}[${Number(key) + 1}]` : `struct_extract(${value}, ${literal(key)})`;
  }
  const type = inner.length === 0 ? given.find(({ name }) => name === first)?.type : undefined;
  return storedValue(value, type ?? (await options.typeOf(value)), options);
}

/** Always in quotes: names of files are not ours. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const INTEGER = /^U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)$/;

function storedValue(value: string, type: string, options: GivenValueOptions): GivenValue | string {
  const { as, column, format, strict } = options;
  const { quoted: mayBeText, unit, zone } = column.setting;
  const text = { shown: `${value}::varchar`, text: `${value}::varchar`, instant: null };
  if (type === '"NULL"') return { shown: 'null::varchar', text: 'null::varchar', instant: null };
  const isText = type === 'VARCHAR' || type === 'UUID' || type.startsWith('ENUM');
  const isInteger = INTEGER.test(type);
  const scale = /^DECIMAL\(\d+,(\d+)\)$/.exec(type)?.[1];
  const isFloat = type === 'FLOAT' || type === 'DOUBLE';
  if (as === 'any') return text;
  if (as === 'text') {
    if (isText || isInteger || scale === '0') return text;
    if (type === 'BOOLEAN' && column.definition.kind === 'category') return text;
    return `is ${type}, where a text is wanted: cast it`;
  }
  if (as === 'time' && type.startsWith('TIMESTAMP')) {
    if (unit !== undefined && unit !== 'iso8601') return `is ${type}, so \`unit\` is of no use`;
    const isZoned = type === 'TIMESTAMP WITH TIME ZONE';
    if (isZoned && zone !== undefined) return `is ${type}, so \`zone\` is of no use`;
    const instant = zone === undefined ? value : `timezone(${literal(zone)}, ${value}::timestamp)`;
    return {
      shown: `${value}::varchar`,
      text: null,
      instant: `epoch_ms(date_trunc('millisecond', ${instant}))`,
    };
  }
  const wanted = as === 'time' ? 'a time' : 'a number';
  if (unit === 'iso8601') return isText ? text : `is ${type}, where a text of ISO 8601 is wanted`;
  if (isInteger || scale !== undefined) return { ...text, ...decimalOf(value, type) };
  if (isFloat && !strict) return text;
  if (isFloat) return `is ${type}, where ${wanted} is wanted: cast it to DECIMAL or BIGINT`;
  if (!isText) return `is ${type}, where ${wanted} is wanted`;
  if (format === 'csv' || mayBeText || unit === 'major') return text;
  return `is ${type}, where ${wanted} is wanted${strict ? ': cast it' : ': say `quoted: true`, or which `unit`'}`;
}

/** Most digits of a type that fit the arithmetic of decimals whatever the value is. */
const FEW_DIGITS = 18;

function decimalOf(value: string, type: string): Pick<GivenValue, 'decimal'> {
  if (/^U?(TINYINT|SMALLINT|INTEGER)$/.test(type)) {
    return { decimal: { digits: `${value}::hugeint`, exponent: 0 } };
  }
  const [, width, scale] = /^DECIMAL\((\d+),(\d+)\)$/.exec(type) ?? [];
  if (width === undefined || Number(width) > FEW_DIGITS) return {};
  const digits = `try_cast(replace(${value}::varchar, '.', '') as hugeint)`;
  return { decimal: { digits, exponent: 0 - Number(scale) } };
}

/** In JSON each value has a type of its own. */
function jsonValue({ keys, as, column }: GivenValueOptions): GivenValue {
  const { quoted: mayBeText, unit } = column.setting;
  const pointer = literal(keys.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''));
  const shown = `json_extract_string(${JSON_COLUMN}, ${pointer})`;
  const types = typesOf();
  if (types === null) return { shown, text: shown, instant: null };
  const list = types.map(literal).join(', ');
  const text = `case when json_type(${JSON_COLUMN}, ${pointer}) in (${list}) then ${shown} end`;
  return { shown, text, instant: null };

  function typesOf(): readonly string[] | null {
    if (as === 'any') return null;
    if (unit === 'iso8601') return ['VARCHAR'];
    if (as === 'text') {
      const booleans = column.definition.kind === 'category' ? ['BOOLEAN'] : [];
      return ['VARCHAR', 'BIGINT', 'UBIGINT', ...booleans];
    }
    const texts = mayBeText || unit === 'major' ? ['VARCHAR'] : [];
    return ['BIGINT', 'UBIGINT', 'DOUBLE', ...texts];
  }
}

export const ourName = (name: string): string => identifier(name);
