import { duckdbDialect } from '../engine/export/duckdb-sql/duckdb-dialect.ts';
import { condition, literal } from '../engine/export/sql/sql-text.ts';
import type { Plan, PlanRollup } from '../engine/plan/plan.ts';
import { DAY, KEY, WEIGHTS } from './figure-digest.ts';

/** DuckDB SQL that computes a plan's figures as fast as we know how, and digests them. */
export interface PeerSql {
  /** In order; the tables that they leave are the answer. */
  readonly statements: readonly string[];
  /** One per section of the digest, for what `statements` left. The one column is as `FigureDigest` has it. */
  readonly digests: readonly { readonly section: string; readonly sql: string }[];
  /** The columns whose hashed ids the digests weigh by a table `ids (id, weight)`. */
  readonly idColumns: readonly string[];
}

const { identifier } = duckdbDialect;

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;

export function peerSql(plan: Plan, file: string): PeerSql {
  const source = `read_parquet(${literal(file)})`;
  const digests: { section: string; sql: string }[] = [];
  const statements = [...loadEvents(plan, source)];
  for (const name of ['rows', 'applied', 'duplicates']) {
    digests.push({ section: `${name} daily`, sql: digestOf('counts', name, { day: 'day' }) });
  }
  for (const rollup of plan.rollups) {
    if (rollup.additive.length > 0) statements.push(cells(plan, rollup));
    for (const index of rollup.additive) {
      const metric = plan.additive[index]!.metric;
      digests.push({
        section: `${rollup.name} ${metric} cells`,
        sql: digestOf(tableOf(rollup.name, 'cells'), identifier(metric), {
          day: 'day',
          key: 'key',
          slot: 'slot',
        }),
      });
    }
    for (const index of rollup.distinct) {
      const { metric } = plan.distinct[index]!;
      const names = {
        ids: tableOf(rollup.name, metric, 'ids'),
        hourly: tableOf(rollup.name, metric, 'hourly'),
        daily: tableOf(rollup.name, metric, 'daily'),
        curve: tableOf(rollup.name, metric, 'curve'),
      };
      statements.push(...distinct(plan, rollup, index, names));
      const section = (name: string): string => `${rollup.name} ${metric} ${name}`;
      const place = { day: 'day', key: 'key' };
      digests.push(
        { section: section('hourly'), sql: digestOf(names.hourly, 'ids', { ...place, slot: 'hour' }) },
        { section: section('daily'), sql: digestOf(names.daily, 'ids', place) },
      );
      if (rollup.cumulative) {
        digests.push({
          section: section('curve'),
          sql: digestOf(names.curve, 'ids', { ...place, slot: 'minute' }),
        });
      }
      if (rollup.identity) digests.push({ section: section('identity'), sql: identityDigest(names.ids) });
    }
  }
  return { statements, digests, idColumns: [...new Set(plan.distinct.map(({ column }) => column))] };
}

const tableOf = (...parts: readonly string[]): string => identifier(parts.join(' '));

/** `events`: one row per event that any metric reads, ids hashed. `counts`: what became of all events, by day. */
function loadEvents(plan: Plan, source: string): string[] {
  const dimensions = plan.dimensions.flatMap((d) => ('column' in d ? [d.column] : []));
  const filtered = plan.predicates.flatMap(({ where }) => where.map(({ column }) => column));
  const added = plan.additive.flatMap(({ column }) => column ?? []);
  const counted = plan.distinct.map(({ column }) => column);
  const plain = [...new Set([...filtered, ...dimensions, ...added])].map(identifier);
  const hashed = [...new Set(counted)].map(
    (column) =>
      `case when ${identifier(column)} is not null then hash(${identifier(column)}) end as ${identifier(column)}`,
  );
  const wanted = plan.predicates.map(conditionOf).join(' or ');
  const minute = `(epoch_ms(event_time) // ${MINUTE_MS})::integer`;
  return [
    `create temp table duplicates as
      select hash(event_id) as event, ${minute} // ${DAY_MINUTES} as day, count(*) as copies
      from ${source} group by all having count(*) > 1`,
    `create temp table counts as
      select *, rows - duplicates as applied
      from (
        select day, rows, coalesce(duplicates, 0) as duplicates
        from (select ${minute} // ${DAY_MINUTES} as day, count(*) as rows from ${source} group by all)
        left join (select day, sum(copies - 1) as duplicates from duplicates group by all) using (day)
      )`,
    `create temp table events as
      select hash(event_id) as event, ${minute} as minute, ${[...plain, ...hashed].join(', ')}
      from ${source} where ${wanted}`,
    `delete from events using (
        select event, minute // ${DAY_MINUTES} as day, min(rowid) as kept
        from events semi join duplicates using (event) group by all
      ) twice
      where events.event = twice.event and minute // ${DAY_MINUTES} = day and events.rowid <> kept`,
  ];
}

const conditionOf = (predicate: Plan['predicates'][number] | undefined): string =>
  condition(predicate ?? { where: [] }, identifier) ?? 'true';

const DAY_SQL = `minute // ${DAY_MINUTES}`;
const HOUR_SQL = `minute % ${DAY_MINUTES} // 60`;

function keyOf(plan: Plan, { by }: PlanRollup): string {
  const dimension = plan.dimensions.find(({ name }) => name === by);
  if (!dimension) return 'null::varchar';
  return 'column' in dimension ? identifier(dimension.column) : `${HOUR_SQL}`;
}

function cells(plan: Plan, rollup: PlanRollup): string {
  const metrics = rollup.additive.map((index) => plan.additive[index]!);
  const sums = metrics.map(({ metric, column, predicate }) => {
    const where = `filter (where ${conditionOf(plan.predicates[predicate])})`;
    const sum = column === null ? `count(*) ${where}` : `coalesce(sum(${identifier(column)}) ${where}, 0)`;
    return `${sum} as ${identifier(metric)}`;
  });
  const any = [...new Set(metrics.map(({ predicate }) => conditionOf(plan.predicates[predicate])))];
  const slot = rollup.slice === 'minute' ? `minute % ${DAY_MINUTES}` : HOUR_SQL;
  return `create temp table ${tableOf(rollup.name, 'cells')} as
    select ${DAY_SQL} as day, ${keyOf(plan, rollup)} as key, ${slot} as slot, ${sums.join(', ')}
    from events where ${any.join(' or ')} group by all`;
}

interface SetTables {
  readonly ids: string;
  readonly hourly: string;
  readonly daily: string;
  readonly curve: string;
}

/** The sets of ids first, each with the hours in which it was seen; the counts follow from them. */
function distinct(plan: Plan, rollup: PlanRollup, index: number, names: SetTables): string[] {
  const { column, predicate } = plan.distinct[index]!;
  const id = identifier(column);
  const first = rollup.cumulative ? ', min(minute) as minute' : '';
  const sets = `create temp table ${names.ids} as
    select ${DAY_SQL} as day, ${keyOf(plan, rollup)} as key, ${id} as id, bit_or(1::uinteger << (${HOUR_SQL})) as hours${first}
    from events where ${conditionOf(plan.predicates[predicate])} and ${id} is not null group by all`;
  return [
    sets,
    `create temp table ${names.hourly} as
      select day, key, hour, sum(ids) as ids
      from (select day, key, hours, count(*) as ids from ${names.ids} group by all), range(24) t(hour)
      where (hours >> hour::integer) & 1 = 1 group by all`,
    `create temp table ${names.daily} as select day, key, count(*) as ids from ${names.ids} group by all`,
    ...(rollup.cumulative
      ? [
          `create temp table ${names.curve} as
            select day, null::varchar as key, minute % ${DAY_MINUTES} as minute, count(*) as ids from ${names.ids} group by all`,
        ]
      : []),
  ];
}

interface Place {
  readonly day: string;
  readonly key?: string;
  readonly slot?: string;
}

/** The number of a key as `keyNumber` has it. */
const keySql = (key: string): string =>
  `coalesce((md5_number_lower(${key}::varchar) % ${WEIGHTS})::bigint, 0) * ${KEY}`;

function placeSql({ day, key }: Place): string {
  return `(${key === undefined ? '0' : keySql(key)} + ${day}::bigint * ${DAY}) % ${WEIGHTS}`;
}

function digestOf(table: string, value: string, place: Place): string {
  const slot = place.slot === undefined ? '0' : `${place.slot}::bigint`;
  return `select count(*) || ' ' || coalesce(sum(${value}::hugeint), 0) || ' ' ||
      coalesce(sum(${value}::hugeint * ((${placeSql(place)} + ${slot}) % ${WEIGHTS})), 0)
    from ${table} where ${value} <> 0`;
}

function identityDigest(table: string): string {
  return `select count(*) || ' ' || count(*) || ' ' || coalesce(sum(place * weight), 0)
    from (select ${placeSql({ day: 'day', key: 'key' })} as place, id from ${table}) join ids using (id)`;
}
