import { EVENT_TYPES } from '../../events/order-schema.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Statement } from '../sql/sql-dialect.ts';
import { literal } from '../sql/sql-text.ts';
import { duckdbDialect } from './duckdb-dialect.ts';

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
        'The first reason that applies rejects a row. Columns are integers in the file, so not_an_integer can not\n' +
        'occur; the reasons future and cardinality need a record time and a limit on memory, which files and SQL lack.',
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
      about: `Business days, hours and minutes. Days are those of ${plan.timeZone}; an hour is told by its local time and\noffset from UTC, as one repeats when clocks go back; minutes are UTC, by their first millisecond.`,
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

function eventsSql({ schema, columns }: Plan, files: readonly string[]): string {
  const read = schema.filter(({ name }) => columns.includes(name));
  const lines = read.map(({ name, kind }) => {
    const column = identifier(name);
    if (kind === 'time') return `epoch_ms(date_trunc('millisecond', ${column})) as ${column}`;
    return kind === 'integer' || kind === 'money' ? `${column}::hugeint as ${column}` : column;
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

function validatedSql({ schema, limits, currency }: Plan): string {
  const has = (name: string): boolean => schema.some((column) => column.name === name);
  const reasons: [condition: string, reason: string][] = schema
    .filter(({ nullable }) => !nullable)
    .map(({ name }) => [`${identifier(name)} is null`, `null:${name}`]);
  reasons.push(
    [`event_time < ${limits.minEventTimeMs} or event_time >= ${limits.maxEventTimeMs}`, 'time_out_of_range'],
    [`type not in (${EVENT_TYPES.map(literal).join(', ')})`, 'unknown_type'],
  );
  if (has('amount_minor')) reasons.push(['amount_minor < 0', 'negative_amount']);
  if (has('quantity')) reasons.push(['quantity < 0', 'negative_quantity']);
  if (has('amount_minor')) reasons.push([`amount_minor > ${limits.maxAmountMinor}`, 'amount_over_cap']);
  if (has('quantity')) reasons.push([`quantity > ${limits.maxQuantity}`, 'quantity_over_cap']);
  const wanted = currency === null ? '(select currency from events limit 1)' : literal(currency);
  reasons.push([`currency is distinct from ${wanted}`, 'currency']);
  return `create or replace view validated as
select
  *,
  case
    ${reasons.map(([when, then]) => `when ${when} then ${literal(then)}`).join('\n    ')}
  end as reject_reason
from events`;
}

function datedSql({ schema, timeZone }: Plan): string {
  // event_time leads, so that payloads compare by it first.
  const payload = ['event_time', ...schema.map(({ name }) => name).filter((name) => name !== 'event_time')]
    .filter((name) => name !== 'event_id')
    .map((name) => `${identifier(name)} := ${identifier(name)}`);
  return `create or replace table dated as
select
  * exclude (utc_offset),
  local_time::date as business_day,
  strftime(local_time, '%Y-%m') as business_month,
  strftime(local_time, '%Y-%m-%dT%H:00')
    || printf('%s%02d:%02d', if(utc_offset < 0, '-', '+'), abs(utc_offset) // 3600, abs(utc_offset) // 60 % 60)
    as business_hour,
  hour(local_time)::varchar as hour_of_day,
  event_time // 60000 * 60000 as utc_minute,
  struct_pack(
    ${payload.join(',\n    ')}
  ) as payload
from (
  select *, (epoch_ms(local_time) - event_time) // 1000 as utc_offset
  from (
    select * exclude (reject_reason), timezone(${literal(timeZone)}, make_timestamptz(event_time * 1000)) as local_time
    from validated
    where reject_reason is null
  )
)`;
}
