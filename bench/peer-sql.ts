import { duckdbDialect } from '../engine/export/duckdb-sql/duckdb-dialect.ts';
import { condition, literal } from '../engine/export/sql/sql-text.ts';
import type { Plan, PlanRollup } from '../engine/plan/plan.ts';

const { identifier } = duckdbDialect;

/** The tables that hold the figures of one rollup, all with `day` (days since 1970) and `key`. */
export interface PeerRollup {
  readonly rollup: PlanRollup;
  /** Sums and counts by `slot`, minute or hour of the day; one column per metric, a table for each predicate. */
  readonly cells: readonly { readonly table: string; readonly metrics: readonly string[] }[];
  readonly sets: readonly PeerSet[];
}

/** Tables of one distinct count. */
export interface PeerSet {
  readonly metric: string;
  /** `id`, hashed by DuckDB: who was counted. */
  readonly identity: string;
  /** `ids` by `hour`; `ids`; and, where the rollup is cumulative, `ids` by the `minute` in which they came first. */
  readonly hourly: string;
  readonly daily: string;
  readonly curve: string | null;
}

/** DuckDB SQL that computes a plan's figures. */
export interface PeerSql {
  /** In order. They leave the tables of `rollups` and `counts` (day, rows, applied, duplicates). */
  readonly statements: readonly string[];
  readonly rollups: readonly PeerRollup[];
}

/**
 * The plan's figures in the form that DuckDB 1.5 is fastest with, of those that we tried. Processor seconds for 5
 * million rows of the real set on one thread, in one run on a busy machine; each form differs from the first in that
 * alone:
 *
 * | form | s |
 * |---|---|
 * | ids hashed, enums, a table per event type, one query per rollup, sets of ids first and counts from them | 10.7 |
 * | ids as texts | 11.4 |
 * | GROUPING SETS over the keys of a set of ids | 11.7, without the counts |
 * | one table for all event types | 11.8 |
 * | sets of ids by hour first, those of days from them | 13.0 |
 * | texts instead of enums | 13.6 |
 * | sets of ids, and count(distinct …) by hour and day beside them | 16.8 |
 * | every query straight from the file | 39.5 |
 * | duplicates by distinct on, row_number, any_value | 12.2, 12.5, 13.6 |
 * | only the events that a metric reads deduplicated, so that rows and duplicates are not accounted for | 10.5 |
 *
 * No gain came from perfect hash tables, GROUPING SETS for sums, narrower sums, enums for merchants and products, and
 * from taking ids with one key apart from those with several.
 */
export function peerSql(plan: Plan, file: string): PeerSql {
  return peerSqlOfPieces(plan, [[file]], 'temp table');
}

/**
 * The same into tables that the database keeps, a piece of the files after another, as what all of them are made of may be
 * more than fits into memory. Days must not be in two pieces.
 */
export function keptPeerSql(plan: Plan, pieces: readonly (readonly string[])[]): PeerSql {
  return peerSqlOfPieces(plan, pieces, 'table');
}

function peerSqlOfPieces(
  plan: Plan,
  pieces: readonly (readonly string[])[],
  table: 'table' | 'temp table',
): PeerSql {
  const rollups = plan.rollups.map((rollup) => tablesOf(plan, rollup));
  const statements = pieces.flatMap((files, i) => {
    const isLast = i === pieces.length - 1;
    const whole = (name: string, query: string): string => `create ${table} ${name} as ${query}`;
    const more = (name: string, query: string): string => `insert into ${name} ${query}`;
    const put: Put = { piece: i === 0 ? whole : more, whole, isLast };
    const read = sourceOf(files);
    return [
      ...countEvents(read, put),
      loadEvents(plan, read),
      ...plan.predicates.map((_, predicate) => selectEvents(plan, predicate)),
      'drop table events',
      ...rollups.flatMap((tables) => [...cells(plan, tables, put), ...sets(plan, tables, put)]),
      ...(isLast ? [] : plan.predicates.map((_, predicate) => `drop table ${matching(predicate)}`)),
    ];
  });
  return { statements: [...enumTypes(plan, sourceOf(pieces.flat())), ...statements], rollups };
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

const DAY_SQL = `(epoch_ms(event_time) // ${DAY_MS})::usmallint`;
/** Statements that put the rows of a query into a table. */
interface Put {
  /** Of this piece, besides those of the pieces before. */
  piece(table: string, query: string): string;
  /** Of a table that is not there yet. */
  whole(table: string, query: string): string;
  readonly isLast: boolean;
}

/** Rows of files, and what tells one from all others. */
interface Read {
  readonly rows: string;
  readonly number: string;
}

const sourceOf = (files: readonly string[]): Read => ({
  rows: `read_parquet([${files.map(literal).join(', ')}], file_row_number = true)`,
  number: files.length === 1 ? 'file_row_number' : `(file_index * ${2 ** 40} + file_row_number)`,
});
const tableOf = (...parts: readonly string[]): string => identifier(parts.join(' '));
const matching = (predicate: number): string => tableOf('events', String(predicate));

/** `dropped`: rows that repeat an event of their day. `counts`: what became of all rows. */
function countEvents({ rows, number }: Read, put: Put): string[] {
  return [
    `create or replace temp table repeated as
      select hash(event_id) as event, ${DAY_SQL} as day, count(*) as copies,
        min(${number}) as kept, max(${number}) as dropped
      from ${rows} group by all having copies > 1`,
    'create or replace temp table dropped as select dropped as row from repeated where copies = 2',
    `insert into dropped
      select ${number} from ${rows}
      where (hash(event_id), ${DAY_SQL}) in (select (event, day) from repeated where copies > 2)
        and ${number} not in (select kept from repeated)`,
    put.piece(
      'counts',
      `select day, rows, coalesce(duplicates, 0) as duplicates, rows - coalesce(duplicates, 0) as applied
      from (select ${DAY_SQL} as day, count(*) as rows from ${rows} group by all)
      left join (select day, sum(copies - 1) as duplicates from repeated group by all) using (day)`,
    ),
  ];
}

/** Columns that sets of ids are kept by: few values, so that codes of a byte or two replace texts. */
function enumColumns(plan: Plan): string[] {
  const kept = plan.rollups.filter(({ distinct }) => distinct.length > 0).map(({ by }) => by);
  const keys = plan.dimensions.flatMap((d) => (kept.includes(d.name) && 'column' in d ? [d.column] : []));
  return [
    ...new Set([...keys, ...plan.predicates.flatMap(({ where }) => where.map(({ column }) => column))]),
  ];
}

function enumTypes(plan: Plan, { rows }: Read): string[] {
  return enumColumns(plan).map((column) => {
    const name = identifier(column);
    const values = `select distinct ${name} from ${rows} where ${name} is not null`;
    return `create type ${tableOf('values of', column)} as enum (${values})`;
  });
}

/** `events`: one row per event that a metric reads, ids hashed. */
function loadEvents(plan: Plan, { rows, number }: Read): string {
  const coded = enumColumns(plan);
  const ids = [...new Set(plan.distinct.map(({ column }) => column))];
  const plain = [
    ...plan.dimensions.flatMap((dimension) => ('column' in dimension ? [dimension.column] : [])),
    ...plan.additive.flatMap(({ column }) => column ?? []),
  ];
  const columns = [
    ...coded.map((name) => `${identifier(name)}::${tableOf('values of', name)} as ${identifier(name)}`),
    ...ids.map(
      (name) => `if(${identifier(name)} is null, null, hash(${identifier(name)})) as ${identifier(name)}`,
    ),
    ...[...new Set(plain)].filter((name) => !coded.includes(name)).map(identifier),
  ];
  return `create temp table events as
    select ${DAY_SQL} as day,
      (epoch_ms(event_time) % ${DAY_MS} // ${MINUTE_MS})::usmallint as minute,
      (epoch_ms(event_time) % ${DAY_MS} // ${HOUR_MS})::utinyint as hour,
      ${columns.join(', ')}
    from ${rows}
    where (${plan.predicates.map((_, predicate) => conditionOf(plan, predicate)).join(' or ')})
      and ${number} not in (select row from dropped)`;
}

const conditionOf = (plan: Plan, predicate: number): string =>
  condition(plan.predicates[predicate] ?? { where: [] }, identifier) ?? 'true';

/** The events that a predicate lets through, by the columns that its metrics need. */
function selectEvents(plan: Plan, predicate: number): string {
  const needed = new Set(['day', 'minute', 'hour']);
  for (const rollup of plan.rollups) {
    const sums = rollup.additive.flatMap((i) => plan.additive[i] ?? []);
    const counts = rollup.distinct.flatMap((i) => plan.distinct[i] ?? []);
    const own = [...sums, ...counts].filter((metric) => metric.predicate === predicate);
    if (own.length > 0) needed.add(keyOf(plan, rollup));
    for (const { column } of own) if (column !== null) needed.add(identifier(column));
  }
  needed.delete('null');
  return `create temp table ${matching(predicate)} as
    select ${[...needed].join(', ')} from events where ${conditionOf(plan, predicate)}`;
}

/** The column of a rollup's key; the total has none. */
function keyOf(plan: Plan, { by }: PlanRollup): string {
  const dimension = plan.dimensions.find(({ name }) => name === by);
  if (!dimension) return 'null';
  return 'column' in dimension ? identifier(dimension.column) : 'hour';
}

function tablesOf(plan: Plan, rollup: PlanRollup): PeerRollup {
  const sums = rollup.additive.flatMap((i) => plan.additive[i] ?? []);
  const predicates = [...new Set(sums.map(({ predicate }) => predicate))];
  return {
    rollup,
    cells: predicates.map((predicate) => ({
      table: tableOf(rollup.name, 'cells', String(predicate)),
      metrics: sums.filter((sum) => sum.predicate === predicate).map(({ metric }) => metric),
    })),
    sets: rollup.distinct.map((i) => {
      const metric = plan.distinct[i]?.metric ?? '';
      const name = (what: string): string => tableOf(rollup.name, metric, what);
      const curve = rollup.cumulative ? name('curve') : null;
      return { metric, identity: name('identity'), hourly: name('hourly'), daily: name('daily'), curve };
    }),
  };
}

function cells(plan: Plan, tables: PeerRollup, put: Put): string[] {
  const { rollup } = tables;
  const slot = rollup.slice === 'minute' ? 'minute' : 'hour';
  return tables.cells.map(({ table, metrics: names }) => {
    const metrics = plan.additive.filter(({ metric }) => names.includes(metric));
    const sums = metrics.map(({ metric, column }) => {
      const sum = column === null ? 'count(*)' : `coalesce(sum(${identifier(column)}), 0)`;
      return `${sum} as ${identifier(metric)}`;
    });
    const from = matching(metrics[0]?.predicate ?? 0);
    return put.piece(
      table,
      `select day, ${keyOf(plan, rollup)} as key, ${slot} as slot, ${sums.join(', ')} from ${from} group by all`,
    );
  });
}

/** The sets of ids first, each id with its hours of the day as bits; the counts follow from those of all pieces. */
function sets(plan: Plan, { rollup, sets }: PeerRollup, put: Put): string[] {
  return sets.flatMap(({ metric, identity, hourly, daily, curve }) => {
    const { column, predicate } = plan.distinct.find((distinct) => distinct.metric === metric)!;
    const id = identifier(column);
    const first = curve === null ? '' : ', min(minute) as minute';
    const members = put.piece(
      identity,
      `select day, ${keyOf(plan, rollup)} as key, ${id} as id, bit_or(1::uinteger << hour) as hours${first}
        from ${matching(predicate)} where ${id} is not null group by all`,
    );
    if (!put.isLast) return [members];
    const counts = [
      put.whole(
        hourly,
        `select day, key, hour, sum(ids) as ids
        from (select day, key, hours, count(*) as ids from ${identity} group by all), range(24) t(hour)
        where hours & (1::uinteger << hour::integer) <> 0 group by all`,
      ),
      put.whole(daily, `select day, key, count(*) as ids from ${identity} group by all`),
    ];
    if (curve !== null) {
      counts.push(put.whole(curve, `select day, key, minute, count(*) as ids from ${identity} group by all`));
    }
    return [members, ...counts];
  });
}
