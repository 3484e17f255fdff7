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
  const rollups = plan.rollups.map((rollup) => tablesOf(plan, rollup));
  const statements = [
    ...countEvents(file),
    ...enumTypes(plan, file),
    loadEvents(plan, file),
    ...plan.predicates.map((_, predicate) => selectEvents(plan, predicate)),
    'drop table events',
    ...rollups.flatMap((tables) => [...cells(plan, tables), ...sets(plan, tables)]),
  ];
  return { statements, rollups };
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

const DAY_SQL = `(epoch_ms(event_time) // ${DAY_MS})::usmallint`;
const source = (file: string): string => `read_parquet(${literal(file)}, file_row_number = true)`;
const tableOf = (...parts: readonly string[]): string => identifier(parts.join(' '));
const matching = (predicate: number): string => tableOf('events', String(predicate));

/** `dropped`: rows of the file that repeat an event of their day. `counts`: what became of all rows. */
function countEvents(file: string): string[] {
  return [
    `create temp table repeated as
      select hash(event_id) as event, ${DAY_SQL} as day, count(*) as copies,
        min(file_row_number) as kept, max(file_row_number) as dropped
      from ${source(file)} group by all having copies > 1`,
    'create temp table dropped as select dropped as row from repeated where copies = 2',
    `insert into dropped
      select file_row_number from ${source(file)}
      where (hash(event_id), ${DAY_SQL}) in (select (event, day) from repeated where copies > 2)
        and file_row_number not in (select kept from repeated)`,
    `create temp table counts as
      select day, rows, coalesce(duplicates, 0) as duplicates, rows - coalesce(duplicates, 0) as applied
      from (select ${DAY_SQL} as day, count(*) as rows from ${source(file)} group by all)
      left join (select day, sum(copies - 1) as duplicates from repeated group by all) using (day)`,
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

function enumTypes(plan: Plan, file: string): string[] {
  return enumColumns(plan).map((column) => {
    const name = identifier(column);
    const values = `select distinct ${name} from ${source(file)} where ${name} is not null`;
    return `create type ${tableOf('values of', column)} as enum (${values})`;
  });
}

/** `events`: one row per event that a metric reads, ids hashed. */
function loadEvents(plan: Plan, file: string): string {
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
    from ${source(file)}
    where (${plan.predicates.map((_, predicate) => conditionOf(plan, predicate)).join(' or ')})
      and file_row_number not in (select row from dropped)`;
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

function cells(plan: Plan, tables: PeerRollup): string[] {
  const { rollup } = tables;
  const slot = rollup.slice === 'minute' ? 'minute' : 'hour';
  return tables.cells.map(({ table, metrics }) => {
    const kept = plan.additive.filter(({ metric }) => metrics.includes(metric));
    const sums = kept.map(({ metric, column }) => {
      const sum = column === null ? 'count(*)' : `coalesce(sum(${identifier(column)}), 0)`;
      return `${sum} as ${identifier(metric)}`;
    });
    return `create temp table ${table} as
      select day, ${keyOf(plan, rollup)} as key, ${slot} as slot, ${sums.join(', ')}
      from ${matching(kept[0]?.predicate ?? 0)} group by all`;
  });
}

/** The sets of ids first, each id with its hours of the day as bits; the counts follow from them. */
function sets(plan: Plan, { rollup, sets }: PeerRollup): string[] {
  return sets.flatMap(({ metric, identity, hourly, daily, curve }) => {
    const { column, predicate } = plan.distinct.find((distinct) => distinct.metric === metric)!;
    const id = identifier(column);
    const first = curve === null ? '' : ', min(minute) as minute';
    const statements = [
      `create temp table ${identity} as
        select day, ${keyOf(plan, rollup)} as key, ${id} as id, bit_or(1::uinteger << hour) as hours${first}
        from ${matching(predicate)} where ${id} is not null group by all`,
      `create temp table ${hourly} as
        select day, key, hour, sum(ids) as ids
        from (select day, key, hours, count(*) as ids from ${identity} group by all), range(24) t(hour)
        where hours & (1::uinteger << hour::integer) <> 0 group by all`,
      `create temp table ${daily} as select day, key, count(*) as ids from ${identity} group by all`,
    ];
    if (curve !== null) {
      statements.push(
        `create temp table ${curve} as select day, key, minute, count(*) as ids from ${identity} group by all`,
      );
    }
    return statements;
  });
}
