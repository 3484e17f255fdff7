import type { MetricDefinition } from '../../definitions/metric.ts';
import { GmvError } from '../../errors.ts';
import type { Key } from '../../figures/day-figures.ts';
import type { PlanFilter } from '../../plan/filter-plan.ts';
import type { Plan, PlanRollup } from '../../plan/plan.ts';
import { type ViewSpec, viewId } from '../../protocol/view.ts';
import { checkSpec } from './check-spec.ts';

/** Keys of several dimensions that no rollup keeps together. */
export interface CombinedFilter {
  /** Equal for equal filters. */
  readonly id: string;
  readonly keys: PlanFilter;
}

/** A spec with everything that does not depend on data settled. */
export interface ViewPlan {
  readonly id: string;
  readonly spec: ViewSpec;
  readonly rollup: PlanRollup;
  /** What a run of its own keeps of today alone; null where the rollups of the running plan answer. */
  readonly within: CombinedFilter | null;
  /** Rows are keys of the rollup's dimension; otherwise buckets of time of one key. */
  readonly byKey: boolean;
  /** The one key that the filter keeps (null is one); undefined: all keys. For the total it is null. */
  readonly key: Key | undefined;
  /** The spec's metrics, in its order. */
  readonly metrics: readonly MetricDefinition[];
  /** Base metrics that they are made of. */
  readonly additive: readonly string[];
  readonly distinct: readonly string[];
}

const refuse = (message: string, remedy: string): GmvError => new GmvError('view', message, remedy);

/**
 * Finds the rollup that answers a spec: that of its dimension, of its filter's dimension, or the total.
 *
 * @throws GmvError `view` for a spec that is malformed or that no rollup answers, naming what would answer it.
 */
export function planView(plan: Plan, given: unknown): ViewPlan {
  const spec = checkSpec(given);
  const metrics = spec.metrics.map((name) => metricOf(plan, name));
  const base = new Set(metrics.flatMap((metric) => baseOf(plan, metric)));
  const additive = [...base].filter((name) => plan.additive.some(({ metric }) => metric === name));
  const distinct = [...base].filter((name) => plan.distinct.some(({ metric }) => metric === name));

  if (spec.dimension && spec.grain !== 'range') {
    throw refuse(
      `a view by ${spec.dimension} has one row per key, not per ${spec.grain}`,
      `Use grain "range", or filter by one ${spec.dimension} for its course over time.`,
    );
  }
  const wanted = {
    base: [...base],
    grain: spec.grain,
    isCurve: spec.grain === 'minute' && additive.length === 0,
  };
  const { rollup, within, filter } = answerer(plan, spec, wanted);
  return {
    id: viewId(spec),
    spec,
    rollup,
    within,
    byKey: spec.dimension !== undefined,
    key: filter ? filter[1] : spec.dimension === undefined ? null : undefined,
    metrics,
    additive,
    distinct,
  };
}

interface Wanted {
  readonly base: string[];
  readonly grain: string;
  /** Of distinct counts alone, minute by minute: rollups of a dimension have them by hour. */
  readonly isCurve: boolean;
}

interface Answerer extends Pick<ViewPlan, 'rollup' | 'within'> {
  /** The filter that the rollup's own dimension answers. */
  readonly filter?: readonly [string, Key];
}

/**
 * One rollup that keeps all that is asked for (that of one dimension, or the total), or else a run of the filters' own.
 * Such a run keeps today alone, so for other days what a rollup lacks is refused by name.
 */
function answerer(plan: Plan, { dimension, filter = {}, range }: ViewSpec, wanted: Wanted): Answerer {
  const names = Object.keys(filter);
  const [first] = Object.entries(filter);
  const asked = new Set([...(dimension === undefined ? [] : [dimension]), ...names]);
  const ofRun = (): Answerer => ({
    rollup: rollupFor(plan, { ...wanted, by: dimension ?? null }),
    within: combinedFilter(plan, filter, asked),
  });
  if (first && asked.size > 1) return ofRun();
  const canRun = first && dimension === undefined && range.kind === 'today' && isCombinable(plan, first[0]);
  if (canRun && wanted.isCurve) return ofRun();
  try {
    const rollup = rollupFor(plan, { ...wanted, by: dimension ?? first?.[0] ?? null });
    return { rollup, within: null, ...(first && { filter: first }) };
  } catch (error) {
    if (!canRun) throw error;
    return ofRun();
  }
}

const isCombinable = (plan: Plan, name: string): boolean =>
  plan.dimensions.some((each) => each.name === name && 'column' in each);

/** All keys of a filter together. `asked` names the dimensions that a refusal speaks of. */
function combinedFilter(
  plan: Plan,
  filter: Readonly<Record<string, Key>>,
  asked: ReadonlySet<string>,
): CombinedFilter {
  const keys: Record<string, Key> = {};
  for (const name of Object.keys(filter).sort()) {
    const key = filter[name] ?? null;
    if (!isCombinable(plan, name)) {
      const known = plan.dimensions.some((each) => each.name === name);
      throw refuse(
        `no rollup keeps ${[...asked].join(' with ')}, and ${known ? `${name}=${key ?? 'null'} can't be combined` : `there is no dimension ${name}`}`,
        `Combine keys of ${plan.dimensions.flatMap((each) => ('column' in each ? [each.name] : [])).join(', ')}.`,
      );
    }
    keys[name] = key;
  }
  return { id: JSON.stringify(keys), keys };
}

function metricOf(plan: Plan, name: string): MetricDefinition {
  const metric = plan.metrics.find((candidate) => candidate.name === name);
  if (metric) return metric;
  throw refuse(`there is no metric ${name}`, `Use ${plan.metrics.map((known) => known.name).join(', ')}.`);
}

function baseOf(plan: Plan, metric: MetricDefinition): string[] {
  if (metric.aggregate !== 'difference' && metric.aggregate !== 'ratio') return [metric.name];
  return metric.of.flatMap((name) => baseOf(plan, metricOf(plan, name)));
}

function rollupFor(plan: Plan, wanted: Wanted & { readonly by: string | null }): PlanRollup {
  const { by, base, grain } = wanted;
  const named = by === null ? 'the total' : `by ${by}`;
  const candidates = plan.rollups.filter((rollup) => rollup.by === by);
  if (candidates.length === 0) {
    const known = plan.rollups.flatMap((rollup) => (rollup.by === null ? [] : [rollup.by]));
    throw refuse(`no rollup is ${named}`, `Use ${known.join(', ')}, or add a rollup to gmv.config.ts.`);
  }
  const keeps = (rollup: PlanRollup): string[] => [
    ...rollup.additive.map((index) => plan.additive[index]!.metric),
    ...rollup.distinct.map((index) => plan.distinct[index]!.metric),
  ];
  const complete = candidates.filter((rollup) => base.every((name) => keeps(rollup).includes(name)));
  const [first] = candidates;
  if (complete.length === 0 && first) {
    const missing = base.filter((name) => !keeps(first).includes(name));
    throw refuse(
      `the rollup ${first.name} does not keep ${missing.join(', ')}`,
      `It keeps ${keeps(first).join(', ')}; add ${missing.join(', ')} to it in gmv.config.ts.`,
    );
  }
  const fine = complete.find((rollup) => grain !== 'minute' || rollup.slice === 'minute');
  if (fine) return fine;
  throw refuse(
    `${named} is kept by hour, not by minute`,
    'Use grain "hour", or give the rollup slice "minute".',
  );
}
