import { GmvError, reasonOf } from '../../errors.ts';
import { fractionOf } from '../../export/duckdb-sql/duckdb-dialect.ts';
import { literal } from '../../export/sql/sql-text.ts';
import { say } from '../../protocol/sayings.ts';
import { type ForeignFormat, type GivenColumn, JSON_COLUMN, ROW_NUMBER } from './foreign-source.ts';
import { type GivenValue, givenValue, ourName, quoted } from './given-value.ts';
import type { MappedColumn } from './read-field-map.ts';

export interface MappedQueryOptions {
  readonly columns: readonly MappedColumn[];
  readonly format: ForeignFormat;
  readonly given: readonly GivenColumn[];
  /** What rows come from: a view that has their number, too. */
  readonly from: string;
  /** What the file is called in errors, and in ids that are made of it. */
  readonly path: string;
  readonly fileId: string;
  readonly strict: boolean;
  typeOf(expression: string): Promise<string>;
}

/** The column that holds what could not be read as a column of ours; null where that one is as it should be. */
export const unreadOf = (name: string): string => ourName(`${name}_unread`);

/** Whether a line is none: JSON lines alone have such rows, of CSV they are left out. */
export const BROKEN = 'gmv_broken';

const ISO_TIME =
  '^(\\d{4}-\\d\\d-\\d\\d)[Tt ]([01]\\d|2[0-3]):([0-5]\\d)(?::([0-5]\\d)(?:[.,](\\d+))?)?' +
  '(?:([Zz])|([+-])([01]\\d|2[0-3])(?::?([0-5]\\d))?)?$';
const ISO_PARTS = "['day', 'hour', 'minute', 'second', 'part', 'utc', 'sign', 'hours', 'minutes']";

/** Times beyond are no instants (ECMAScript); ms. */
const LAST_INSTANT_MS = 8.64e15;

/**
 * A SELECT of our columns over a file's rows, texts and integers alone: times are epoch milliseconds, amounts minor
 * units. A value that can't be read is null, and its text stands in a column beside; nothing is rounded unless the map
 * says so. With it come the row's number, whether the line was broken, and for numbers that none has a fraction.
 *
 * @throws GmvError `foreign_columns` that names the file and every column that is missing or of a wrong type.
 */
export async function mappedQuery(options: MappedQueryOptions): Promise<string> {
  const { columns, format, from } = options;
  const problems: string[] = [];
  const layers: string[][] = Array.from({ length: 6 }, () => []);
  const put = (layer: number, name: string, sql: string): string => {
    layers[layer]?.push(`${sql} as ${name}`);
    return name;
  };

  const valueAt = async (
    column: MappedColumn,
    keys: readonly string[],
    as: 'text' | 'number' | 'time' | 'any',
  ): Promise<GivenValue> => {
    const none: GivenValue = { shown: 'null::varchar', text: 'null::varchar', instant: null };
    const value = await givenValue({ ...options, column, keys, as }).catch((error) => reasonOf(error));
    const { name, nullable } = column.definition;
    if (value === null) {
      if (!column.isOwnName || !nullable)
        problems.push(say('lacks_column', { column: `"${keys[0]}"`, ours: name }));
      return none;
    }
    if (typeof value !== 'string') return value;
    problems.push(`"${keys.join('.')}", which ${name} is read from, ${value}`);
    return none;
  };
  /** The value as a decimal, in the fourth layer. */
  const decimalOf = (id: string, { text, decimal }: GivenValue): string => {
    if (decimal) {
      put(0, `t_${id}`, decimal.digits);
      const number = `{digits: t_${id}, exponent: ${decimal.exponent}}`;
      return put(3, `d_${id}`, `case when t_${id} is not null then ${number} end`);
    }
    put(0, `t_${id}`, text ?? 'null::varchar');
    put(1, `p_${id}`, `number_parts(t_${id})`);
    put(2, `m_${id}`, `number_digits(p_${id})`);
    return put(3, `d_${id}`, `decimal_from(p_${id}, m_${id})`);
  };

  const last: string[] = [];
  for (const [i, column] of columns.entries()) {
    const { name, kind } = column.definition;
    const { value, shown } = await expressionOf(column, `${i}`);
    const isFilled = column.fallback !== null && shown !== null;
    const filled = isFilled ? `case when ${shown} is null then ${constant(column)} else ${value} end` : value;
    last.push(`${filled} as ${ourName(name)}`);
    last.push(
      `${shown === null ? 'null::varchar' : `case when ${value} is null then ${shown} end`} as ${unreadOf(name)}`,
    );
    if (kind === 'integer' || kind === 'money') last.push(`false as ${fractionOf(name)}`);
  }

  async function expressionOf(
    column: MappedColumn,
    id: string,
  ): Promise<{ readonly value: string; readonly shown: string | null }> {
    const { definition, setting, from: keys, times, number, cases } = column;
    if (setting.constant !== undefined) return { value: constant(column), shown: null };
    if (setting.row) {
      const file = literal(`${options.fileId}:`);
      return { value: definition.kind === 'integer' ? ROW_NUMBER : `${file} || ${ROW_NUMBER}`, shown: null };
    }
    if (cases.length > 0) {
      const whens: string[] = [];
      for (const [k, each] of cases.entries()) {
        const { text } = await valueAt(column, each.keys, 'any');
        const t = put(0, `t_${id}_${k}`, text ?? 'null::varchar');
        whens.push(`when ${testOf(each, t)} then ${literal(each.is)}`);
      }
      const value = put(1, `v_${id}`, `case ${whens.join(' ')} else ${constant(column)} end`);
      return { value, shown: null };
    }
    if (number === null && definition.kind !== 'time') {
      const given = await valueAt(column, keys, 'text');
      put(0, `g_${id}`, given.shown);
      const { letters } = setting;
      const text = given.text ?? 'null::varchar';
      put(0, `t_${id}`, letters === undefined ? text : `${letters}(${text})`);
      const whens = [...column.renamed].map(
        ([theirs, ours]) => `when ${literal(theirs)} then ${literal(ours)}`,
      );
      const value = whens.length === 0 ? `t_${id}` : `case t_${id} ${whens.join(' ')} else t_${id} end`;
      return { value: put(1, `v_${id}`, value), shown: `g_${id}` };
    }
    const isTime = definition.kind === 'time';
    const given = await valueAt(column, keys, isTime ? 'time' : 'number');
    put(0, `g_${id}`, given.shown);
    if (given.instant !== null) return { value: inTime(put(0, `v_${id}`, given.instant)), shown: `g_${id}` };
    if (number === null) {
      put(0, `t_${id}`, given.text ?? 'null::varchar');
      put(1, `p_${id}`, `regexp_extract(t_${id}, '${ISO_TIME}', ${ISO_PARTS})`);
      put(2, `l_${id}`, localTime(`p_${id}`));
      return { value: put(3, `v_${id}`, isoTime(`p_${id}`, `l_${id}`, setting.zone)), shown: `g_${id}` };
    }
    let decimal = decimalOf(id, given);
    let shown = `g_${id}`;
    if (times) {
      const other = await valueAt(column, times, 'number');
      put(0, `g_${id}x`, other.shown);
      const second = decimalOf(`${id}x`, other);
      decimal = put(4, `e_${id}`, `decimal_times(${decimal}, ${second})`);
      shown = put(1, `g_${id}xx`, `g_${id} || ' × ' || g_${id}x`);
    } else decimal = put(4, `e_${id}`, decimal);
    const { shift, rounding } = number;
    const whole = `decimal_whole(${decimal}, ${shift})`;
    const divided = `divide_${rounding}(${decimal}.digits, decimal_unit(${decimal}, ${shift}))`;
    const isWhole = `${decimal}.digits = 0 or ${decimal}.exponent + ${shift} >= 0`;
    const integer = `try_cast(case when ${decimal} is null then null when ${isWhole} then ${whole} else ${divided} end as bigint)`;
    const value = put(5, `v_${id}`, setting.absolute ? `abs(${integer})` : integer);
    return { value: isTime ? inTime(value) : value, shown };
  }

  if (problems.length > 0) {
    const names = options.given.map((column) => column.name).join(', ');
    throw new GmvError(
      'foreign_columns',
      `${options.path}: ${problems.join('; ')}`,
      `${say('file_columns', { columns: names })}. ${say('correct_mapping')}`,
    );
  }
  // Names that a file's own columns can't be mistaken for.
  const isBroken = format === 'json' ? `${JSON_COLUMN} is null` : 'false';
  const kept = [ROW_NUMBER, `${isBroken} as ${BROKEN}`];
  const [first = [], ...rest] = layers;
  let sql = `select ${[...kept, ...first].join(', ')} from ${from}`;
  for (const layer of rest) if (layer.length > 0) sql = `select *, ${layer.join(', ')} from (${sql})`;
  return `select ${[ROW_NUMBER, BROKEN, ...last].join(',\n  ')}\nfrom (${sql})`;
}

const inTime = (value: string): string =>
  `case when ${value} between -${LAST_INSTANT_MS} and ${LAST_INSTANT_MS} then ${value} end`;

function constant({ definition: { kind }, fallback }: MappedColumn): string {
  const type = kind === 'integer' || kind === 'money' || kind === 'time' ? 'bigint' : 'varchar';
  if (fallback === null) return `null::${type}`;
  return typeof fallback === 'number' ? `${fallback}::${type}` : literal(fallback);
}

function testOf(each: MappedColumn['cases'][number], text: string): string {
  if (each.in) return `${text} in (${each.in.map(literal).join(', ')})`;
  if (each.startsWith !== undefined) return `starts_with(${text}, ${literal(each.startsWith)})`;
  return `try_cast(${text} as double) < ${each.below ?? 0}`;
}

/** Of the parts of a time, without its offset; null where there is no such day. */
const localTime = (p: string): string =>
  `try_cast(${p}.day || ' ' || ${p}.hour || ':' || ${p}.minute || ':' ||
    case when ${p}.second = '' then '00' else ${p}.second end as timestamp)`;

function isoTime(p: string, local: string, zone: string | undefined): string {
  const part = `try_cast(rpad(left(${p}.part, 3), 3, '0') as bigint)`;
  const minutes = `coalesce(try_cast(${p}.minutes as bigint), 0)`;
  const offset = `try_cast(${p}.sign || '60000' as bigint) * (60 * try_cast(${p}.hours as bigint) + ${minutes})`;
  const zoned = zone === undefined ? 'null' : `epoch_ms(timezone(${literal(zone)}, ${local})) + ${part}`;
  return `case
    when ${p}.day = '' then null
    when ${p}.utc <> '' then epoch_ms(${local}) + ${part}
    when ${p}.sign <> '' then epoch_ms(${local}) + ${part} - ${offset}
    else ${zoned} end`;
}

/** The file's own columns as texts, for people. */
export const shownColumns = (given: readonly GivenColumn[]): readonly string[] =>
  given.map(({ name }) => `${quoted(name)}::varchar`);
