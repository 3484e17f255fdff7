import { RATIO_DECIMALS } from '../../definitions/finish.ts';
import type { MetricDefinition } from '../../definitions/metric.ts';
import { GmvError } from '../../errors.ts';
import type { Plan, PlanRollup } from '../../plan/plan.ts';
import type { SqlDialect } from './sql-dialect.ts';
import { condition, literal } from './sql-text.ts';

/**
 * `minute`: a UTC minute of a business day, sums and counts only. `first_minute`: how many ids a day saw for the
 * first time in that minute. `range`: everything as one.
 */
export type Grain = 'minute' | 'first_minute' | 'hour' | 'day' | 'month' | 'range';

/** One question about one rollup. */
export interface FigureQuery {
  readonly rollup: string;
  readonly grain: Grain;
  /** Whether the rollup's slices are minutes, else hours. */
  readonly minutes: boolean;
  /** Whether it is by a dimension; a total has one key, null. */
  readonly keyed: boolean;
  /** Its first columns: of `business_day`, `business_month`, `utc_minute` and `business_hour` those of the grain. */
  readonly buckets: readonly string[];
  /** The columns behind the buckets and `key`: base metrics, then the metrics made of them. */
  readonly metrics: readonly MetricDefinition[];
  readonly sql: string;
  /** Buckets and keys whose figures hang on events that SQL can't decide. */
  readonly undecidableSql: string;
}

const BUCKETS: Readonly<Record<Grain, readonly string[]>> = {
  minute: ['business_day', 'utc_minute'],
  first_minute: ['business_day', 'utc_minute'],
  hour: ['business_day', 'business_hour'],
  day: ['business_day'],
  month: ['business_month'],
  range: [],
};

/** Names that the script gives to its own columns. */
const OWN_NAMES = ['key', 'business_day', 'business_month', 'business_hour', 'utc_minute'];

/**
 * One query per rollup and grain of the plan, over the table `applied`. Any order of rows; a group is asked for by
 * expressions, not by aliases, as all languages take them.
 *
 * @throws GmvError `export_name` where a metric has a name that the script needs.
 */
export function figureQueries(plan: Plan, dialect: SqlDialect): FigureQuery[] {
  for (const { name } of plan.metrics) {
    if (!OWN_NAMES.includes(name)) continue;
    throw new GmvError(
      'export_name',
      `The metric "${name}" has the name of a column of the script`,
      'Rename it.',
    );
  }
  return plan.rollups.flatMap((rollup) => {
    const grains: Grain[] = [...(rollup.slice === 'minute' ? (['minute'] as const) : [])];
    grains.push('hour', 'day', 'month', 'range');
    const asked = { plan, dialect, rollup };
    const queries = grains.map((grain) => groupedQuery(asked, grain));
    return rollup.cumulative && rollup.distinct.length > 0 ? [...queries, curveQuery(asked)] : queries;
  });
}

interface Asked {
  readonly plan: Plan;
  readonly dialect: SqlDialect;
  readonly rollup: PlanRollup;
}

/** The expression of a rollup's key; null for a total. */
function keyOf({ plan, dialect, rollup }: Asked): string | null {
  const dimension = plan.dimensions.find(({ name }) => name === rollup.by);
  if (!dimension) return null;
  return 'column' in dimension ? dialect.identifier(dimension.column) : dimension.derived;
}

function groupedQuery(asked: Asked, grain: Grain): FigureQuery {
  const { plan, rollup, dialect } = asked;
  const { identifier } = dialect;
  const buckets = BUCKETS[grain];
  const base = [...sumsOf(asked), ...(grain === 'minute' ? [] : distinctOf(asked))];
  const kept = new Set(base.map(({ metric }) => metric));
  const made = plan.metrics.filter(isMade).filter(({ of }) => of.every((part) => kept.has(part)));
  const key = keyOf(asked);
  const figures = base.map(({ metric, sql }) => `    ${sql} as ${identifier(metric)}`).join(',\n');
  const finished = made.map((metric) => `${finishSql(metric, dialect)} as ${identifier(metric.name)}`);
  const groups = [...buckets, `${key ?? dialect.nullText} as key`].join(', ');
  const by = key === null ? buckets : [...buckets, key];
  return {
    rollup: rollup.name,
    grain,
    minutes: rollup.slice === 'minute',
    keyed: rollup.by !== null,
    buckets,
    metrics: [...definitionsOf(plan, base), ...made],
    sql: `with figures as (
  select
    ${groups}${figures ? ',' : ''}
${figures}
  from applied
  ${by.length > 0 ? `group by ${by.join(', ')}` : 'having count(*) > 0'}
)
select
  ${['*', ...finished].join(',\n  ')}
from figures`,
    undecidableSql: `select distinct ${groups} from undecidable`,
  };
}

interface BaseFigure {
  readonly metric: string;
  readonly sql: string;
}

function sumsOf(asked: Asked): BaseFigure[] {
  const { plan, rollup, dialect } = asked;
  return rollup.additive.flatMap((index) => {
    const entry = plan.additive[index];
    if (!entry) return [];
    const filter = filterOf(asked, entry.predicate);
    const { metric, column } = entry;
    if (column === null) return [{ metric, sql: `count(*)${filter}` }];
    return [{ metric, sql: `coalesce(sum(${dialect.identifier(column)})${filter}, 0)` }];
  });
}

function distinctOf(asked: Asked): BaseFigure[] {
  const { plan, rollup, dialect } = asked;
  return rollup.distinct.flatMap((index) => {
    const entry = plan.distinct[index];
    if (!entry) return [];
    const filter = filterOf(asked, entry.predicate);
    return [{ metric: entry.metric, sql: `count(distinct ${dialect.identifier(entry.column)})${filter}` }];
  });
}

function filterOf({ plan, dialect }: Asked, predicate: number): string {
  const where = condition(plan.predicates[predicate] ?? { where: [] }, dialect.identifier);
  return where === null ? '' : ` filter (where ${where})`;
}

function finishSql(metric: MadeMetric, { identifier, divide }: SqlDialect): string {
  const [left, right] = [identifier(metric.of[0]), identifier(metric.of[1])];
  if (metric.aggregate === 'difference') return `${left} - ${right}`;
  return divide(left, right, metric.unit === 'ratio' ? RATIO_DECIMALS : 0);
}

/** The cumulative curve: its running sum per day is the distinct count up to a minute. */
function curveQuery({ plan, rollup, dialect }: Asked): FigureQuery {
  const { identifier, nullText } = dialect;
  const counted = rollup.distinct.flatMap((index) => plan.distinct[index] ?? []);
  const firsts = counted.map(({ metric, column, predicate }) => {
    const id = identifier(column);
    const where = [condition(plan.predicates[predicate] ?? { where: [] }, identifier), `${id} is not null`];
    return `  select business_day, ${literal(metric)} as metric, ${id} as id, min(utc_minute) as utc_minute
  from applied
  where ${where.filter((part) => part !== null).join(' and ')}
  group by business_day, ${id}`;
  });
  const figures = counted.map(
    ({ metric }) => `  count(*) filter (where metric = ${literal(metric)}) as ${identifier(metric)}`,
  );
  return {
    rollup: rollup.name,
    grain: 'first_minute',
    minutes: true,
    keyed: false,
    buckets: BUCKETS.first_minute,
    metrics: definitionsOf(plan, counted),
    sql: `with first_seen as (
${firsts.join('\n  union all\n')}
)
select
  business_day, utc_minute, ${nullText} as key,
${figures.join(',\n')}
from first_seen
group by business_day, utc_minute`,
    // An id whose event may or may not count moves to or from any later minute of its day.
    undecidableSql: `select distinct business_day, utc_minute, ${nullText} as key
from applied
where business_day in (select business_day from undecidable)`,
  };
}

type MadeMetric = Extract<MetricDefinition, { aggregate: 'difference' | 'ratio' }>;

const isMade = (metric: MetricDefinition): metric is MadeMetric =>
  metric.aggregate === 'difference' || metric.aggregate === 'ratio';

function definitionsOf(plan: Plan, base: readonly { readonly metric: string }[]): MetricDefinition[] {
  return base.flatMap(({ metric }) => plan.metrics.find(({ name }) => name === metric) ?? []);
}
