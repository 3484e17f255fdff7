import { repeatedEvenings } from '../../calendar/repeated-evenings.ts';
import { GmvError } from '../../errors.ts';
import type { Plan } from '../../plan/plan.ts';
import { rejectReason } from '../sql/reject-conditions.ts';
import type { Statement } from '../sql/sql-dialect.ts';
import { literal } from '../sql/sql-text.ts';
import { flinkDialect } from './flink-dialect.ts';

const { identifier } = flinkDialect;

/** Names of the views of {@link orderViews}. */
export const ORDER_VIEWS = [
  'events',
  'validated',
  'rejected',
  'dated',
  'payloads',
  'applied',
  'fates',
  'undecidable',
] as const;

/** What `dated` adds to an event's columns. */
const DATED = ['business_day', 'business_month', 'business_hour', 'hour_of_day', 'utc_minute'];

/**
 * Views from the tables of order events to `applied`, one row per event that counts, and what became of the others:
 * `rejected` (reason, rows), `fates` (per business day) and `undecidable`. All of them are the same in batch and in
 * streaming mode: what may still change is told by an aggregate, a join or the first row of a partition, and is
 * taken back when it does.
 *
 * @throws GmvError `export_currency` where the plan leaves its currency to the first row.
 */
export function orderViews(plan: Plan, tables: readonly string[]): Statement[] {
  const { currency, timeZone, deduplicate } = plan;
  if (currency === null) {
    throw new GmvError(
      'export_currency',
      'The plan takes the currency of the first row, and Flink has no order of rows',
      'Give the currency (--currency).',
    );
  }
  const read = plan.schema.filter(({ name }) => plan.columns.includes(name));
  const columns = read.map(({ name }) => identifier(name));
  const payload = deduplicate.payload.map(identifier);
  const all = [...columns, ...DATED].join(', ');
  const reason = rejectReason({ plan, dialect: flinkDialect, currency: literal(currency) }, '  ');
  const view = (name: (typeof ORDER_VIEWS)[number], about: string, sql: string): Statement => ({
    about,
    sql: `create temporary view ${name} as\n${sql}`,
  });
  return [
    view(
      'events',
      'The events by the columns of the plan. Times are epoch milliseconds; integers are BIGINT, as sums of INT would\nwrap. Events may come from any other table that has these columns.',
      tables
        .map((table) => `select\n  ${read.map(eventColumn).join(',\n  ')}\nfrom ${table}`)
        .join('\nunion all\n'),
    ),
    view(
      'validated',
      'The first reason that applies rejects a row. Columns are integers in the file, so not_an_integer can not occur.\nFlink SQL does not see what not_utf8, cardinality and future hang on: bytes, memory and record times.',
      `select\n  *,\n  ${reason} as reject_reason\nfrom events`,
    ),
    view(
      'rejected',
      'Rejected rows by reason.',
      `select reject_reason, count(*) as ${identifier('rows')}
from validated
where reject_reason is not null
group by reject_reason`,
    ),
    view(
      'dated',
      `Business days, hours and minutes, by the session's time zone, which is ${timeZone}. Minutes past midnight before clocks\ngo back over it are of the day whose evening comes again. An hour is told by its local time and offset from UTC, as\none repeats when clocks go back; minutes are UTC, by their first millisecond.`,
      datedSql(plan, columns),
    ),
    view(
      'payloads',
      'Different payloads of one id and business day, and how many rows have each.',
      `select ${all}, count(*) as copies
from dated
group by ${all}`,
    ),
    view(
      'applied',
      'What every figure is made of: of one id and business day the payload with the lowest event_time. Columns after\nit only make the choice stable: the plan leaves it to a hash that SQL does not know (see undecidable). The order\nends with a count as Flink 2.3 never takes back the first of rows that are only added, even when another comes first.',
      `select ${all}, copies
from (
  select *, row_number() over (partition by business_day, event_id order by ${payload.join(', ')}, copies) as nth
  from payloads
)
where nth = 1`,
    ),
    view(
      'fates',
      'What became of the valid rows of a day: a copy of the payload that counts is a duplicate, any other a conflict.',
      `select
  business_day,
  sum(winners) as applied,
  sum(same) - sum(winners) as duplicates,
  sum(valid) - sum(same) as conflicts
from (
  select business_day, cast(1 as bigint) as valid, cast(0 as bigint) as same, cast(0 as bigint) as winners from dated
  union all
  select business_day, cast(0 as bigint) as valid, copies as same, cast(1 as bigint) as winners from applied
)
group by business_day`,
    ),
    view(
      'undecidable',
      'Ids whose lowest event_time has two payloads, each of which may be right: only the engine can tell.',
      `select ${[...columns, ...DATED].map((name) => `payloads.${name}`).join(', ')}
from payloads
join (
  select business_day, event_id, event_time
  from payloads
  group by business_day, event_id, event_time
  having count(*) > 1
) as tied
on ${sameEvent('payloads', 'tied')}
join (
  select business_day, event_id, min(event_time) as event_time
  from dated
  group by business_day, event_id
) as lowest
on ${sameEvent('payloads', 'lowest')}`,
    ),
  ];
}

const sameEvent = (one: string, other: string): string =>
  ['business_day', 'event_id', 'event_time'].map((name) => `${one}.${name} = ${other}.${name}`).join(' and ');

function eventColumn({ name, kind }: Plan['schema'][number]): string {
  const column = identifier(name);
  if (kind === 'time') {
    return `extract(epoch from ${column}) * 1000 + extract(millisecond from ${column}) as ${column}`;
  }
  return kind === 'integer' || kind === 'money' ? `cast(${column} as bigint) as ${column}` : column;
}

function datedSql({ timeZone, limits }: Plan, columns: readonly string[]): string {
  const { minEventTimeMs, maxEventTimeMs } = limits;
  const date = 'cast(local_time as date)';
  const yesterday = repeatedEvenings(timeZone, minEventTimeMs, maxEventTimeMs).map(
    ({ startMs, endMs }) => `event_time >= ${startMs} and event_time < ${endMs}`,
  );
  const day =
    yesterday.length === 0
      ? date
      : `case
      when ${yesterday.join('\n        or ')}
      then ${date} - interval '1' day
      else ${date}
    end`;
  // Remainders have the sign of what is divided.
  const inMinute =
    minEventTimeMs >= 0 ? 'mod(event_time, 60000)' : 'mod(mod(event_time, 60000) + 60000, 60000)';
  return `select
  ${columns.join(', ')},
  business_day,
  substring(cast(business_day as string), 1, 7) as business_month,
  date_format(local_time, 'yyyy-MM-dd''T''HH:00')
    || case when utc_offset < 0 then '-' else '+' end
    || lpad(cast(abs(utc_offset) / 3600 as string), 2, '0')
    || ':' || lpad(cast(mod(abs(utc_offset) / 60, 60) as string), 2, '0') as business_hour,
  cast(extract(hour from local_time) as string) as hour_of_day,
  event_time - ${inMinute} as utc_minute
from (
  select
    *,
    (extract(epoch from local_time) * 1000 + extract(millisecond from local_time) - event_time) / 1000 as utc_offset,
    ${day} as business_day
  from (
    select ${columns.join(', ')}, cast(to_timestamp_ltz(event_time, 3) as timestamp(3)) as local_time
    from validated
    where reject_reason is null
  )
)`;
}
