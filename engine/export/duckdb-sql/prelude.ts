import type { Plan } from '../../plan/plan.ts';
import { rejectReason } from '../sql/reject-conditions.ts';
import type { Statement } from '../sql/sql-dialect.ts';
import { literal } from '../sql/sql-text.ts';
import { duckdbDialect, fractionOf } from './duckdb-dialect.ts';

const { identifier } = duckdbDialect;

export interface PreludeOptions {
  readonly plan: Plan;
  /** Parquet files or globs, as DuckDB's `read_parquet` takes them. */
  readonly files: readonly string[];
}

/**
 * Statements that make the tables `applied` (one row per event that counts, with its business day, hour and
 * minute), `decided` (every valid row and its fate), `rejected` (reason and rows) and `undecidable`.
 */
export function prelude({ plan, files }: PreludeOptions): Statement[] {
  return [
    {
      about: 'The files, by the columns of the plan. Times are epoch milliseconds.',
      sql: eventsSql(plan, files),
    },
    {
      about:
        'The first reason that applies rejects a row. not_utf8 can not occur, as DuckDB refuses such a file; future and\n' +
        'cardinality need a record time and a limit on memory.',
      sql: validatedSql(plan),
    },
    {
      about: 'Rejected rows by reason.',
      sql: `create or replace table rejected as
select reject_reason, count(*) as "rows"
from validated
where reject_reason is not null
group by all`,
    },
    {
      about: `Business days, hours and minutes. Days are those of ${plan.timeZone}; where clocks go back over midnight, the\nminutes before they do are still of the day whose evening comes again. An hour is told by its local time and offset\nfrom UTC, as one repeats when clocks go back; minutes are UTC, by their first millisecond.`,
      sql: datedSql(plan),
    },
    {
      about:
        'Of one id and business day the lowest payload is right, event_time first. Rows equal to it are duplicates,\nothers conflicts.',
      sql: `create or replace table decided as
select
  *,
  case
    when nth = 1 then 'applied'
    when payload is not distinct from winner then 'duplicate'
    else 'conflict'
  end as fate
from (
  select *, row_number() over same_id as nth, first_value(payload) over same_id as winner
  from dated
  window same_id as (partition by business_day, event_id order by payload)
)`,
    },
    {
      about: 'What every figure is made of.',
      sql: `create or replace table applied as
select * exclude (payload, winner, nth, fate)
from decided
where fate = 'applied'`,
    },
    {
      about:
        'Ids whose lowest event_time has two payloads: the plan leaves their order to a hash that SQL does not know.\nEach payload that may be right is a row.',
      sql: `create or replace table undecidable as
select * exclude (winner, nth, fate)
from (
  select *, max(payload) over (partition by business_day, event_id) as highest
  from (
    select *, count(*) over (partition by business_day, event_id) as copies
    from decided
    where event_time = winner.event_time
  )
  where copies > 1
)
where highest is distinct from winner`,
    },
    {
      about: 'Rounds half away from zero, in integers; null where the denominator is zero.',
      sql: `create or replace macro divide_rounded(numerator, denominator) as
  case
    when denominator = 0 then null
    else (case when (numerator < 0) <> (denominator < 0) then -1 else 1 end)
      * ((2 * abs(numerator) + abs(denominator)) // (2 * abs(denominator)))
  end`,
    },
  ];
}

/** The view `events` over files, whatever types they store, with a column beside each number: has it a fraction? */
export function eventsSql(
  { schema, columns }: Pick<Plan, 'schema' | 'columns'>,
  files: readonly string[],
): string {
  const read = schema.filter(({ name }) => columns.includes(name));
  // A file may hold numbers as decimals, and ids as integers or UUIDs.
  const lines = read.flatMap(({ name, kind }) => {
    const column = identifier(name);
    if (kind === 'time') return [`epoch_ms(date_trunc('millisecond', ${column})) as ${column}`];
    if (kind !== 'integer' && kind !== 'money') return [`${column}::varchar as ${column}`];
    return [`${column}::hugeint as ${column}`, `${column} % 1 <> 0 as ${fractionOf(name)}`];
  });
  // A file may lack a nullable column: a row-less select supplies it.
  const optional = read
    .filter(({ nullable }) => nullable)
    .map(
      ({ name, kind }) =>
        `null::${kind === 'integer' || kind === 'money' ? 'bigint' : 'varchar'} as ${identifier(name)}`,
    );
  const list = files.length === 1 ? literal(files[0] ?? '') : `[${files.map(literal).join(', ')}]`;
  const parquet = `read_parquet(${list}, binary_as_string = true, union_by_name = true)`;
  const from =
    optional.length === 0
      ? parquet
      : `(
  select
    ${optional.join(',\n    ')}
  where false
  union all by name
  select * from ${parquet}
)`;
  return `create or replace view events as
select
  ${lines.join(',\n  ')}
from ${from}`;
}

function validatedSql(plan: Plan): string {
  const currency =
    plan.currency === null
      ? "(select currency from events where regexp_full_match(currency, '[A-Z]{3}') limit 1)"
      : literal(plan.currency);
  return `create or replace view validated as
select
  *,
  ${rejectReason({ plan, dialect: duckdbDialect, currency }, '  ')} as reject_reason
from events`;
}

function datedSql({ deduplicate, timeZone }: Plan): string {
  const payload = deduplicate.payload.map((name) => `${identifier(name)} := ${identifier(name)}`);
  const zone = literal(timeZone);
  return `create or replace table dated as
select
  * exclude (utc_offset),
  strftime(business_day, '%Y-%m') as business_month,
  strftime(local_time, '%Y-%m-%dT%H:00')
    || printf('%s%02d:%02d', if(utc_offset < 0, '-', '+'), abs(utc_offset) // 3600, abs(utc_offset) // 60 % 60)
    as business_hour,
  hour(local_time)::varchar as hour_of_day,
  event_time // 60000 * 60000 as utc_minute,
  struct_pack(
    ${payload.join(',\n    ')}
  ) as payload
from (
  select
    * exclude (midnight),
    (epoch_ms(local_time) - event_time) // 1000 as utc_offset,
    local_time::date - case
      when event_time < epoch_ms(midnight) and timezone(${zone}, midnight - interval 1 millisecond) < date_trunc('day', local_time)
      then 1 else 0
    end as business_day
  from (
    select *, timezone(${zone}, date_trunc('day', local_time)) as midnight
    from (
      select * exclude (reject_reason), timezone(${zone}, make_timestamptz(event_time * 1000)) as local_time
      from validated
      where reject_reason is null
    )
  )
)`;
}
