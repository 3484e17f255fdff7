import type { ColumnDefinition } from '../events/order-schema.ts';
import { figureKey } from './figure-meanings.ts';
import { fingerprint } from './fingerprint.ts';
import type { Plan, PlanReject, PlanRollup } from './plan.ts';

/** A base metric in a rollup. */
export interface PlanFigure {
  readonly rollup: string;
  readonly metric: string;
}

/**
 * The plan that computes exactly these figures of `plan`, from as few columns as can be: those that decide whether and
 * where an event counts, and those that the figures are made of. Nullable texts that no figure needs are left out, and
 * so are the rules about them: whoever reads less must know that none of their values is too long or no UTF-8 (see
 * `unreadColumns`), or read them after all by naming them in `also`.
 *
 * Two events of one id that differ in nothing that is read are duplicates here, where the whole plan counts a conflict:
 * figures are the same, and of the counts `duplicates + conflicts`, as well as all others. Only where two payloads of
 * one id share the lowest event time may the right one be another, as a hash of all columns says which it is: such a
 * day must be read with all columns (`also: plan.columns`).
 *
 * @throws Error for a figure that the plan doesn't have.
 */
export function subPlan(plan: Plan, figures: readonly PlanFigure[], also: readonly string[] = []): Plan {
  const wanted = new Set(figures.map(({ rollup, metric }) => figureKey(rollup, metric)));
  const keeps =
    ({ name }: PlanRollup, list: readonly { readonly metric: string }[]) =>
    (index: number) =>
      wanted.delete(figureKey(name, list[index]?.metric ?? ''));
  const kept = plan.rollups
    .map((rollup) => ({
      ...rollup,
      additive: rollup.additive.filter(keeps(rollup, plan.additive)),
      distinct: rollup.distinct.filter(keeps(rollup, plan.distinct)),
    }))
    .filter(({ additive, distinct }) => additive.length + distinct.length > 0);
  if (wanted.size > 0) throw new Error(`the plan has no figure ${[...wanted].join(', ')}`);

  const additive = used(
    plan.additive,
    kept.flatMap((rollup) => rollup.additive),
  );
  const distinct = used(
    plan.distinct,
    kept.flatMap((rollup) => rollup.distinct),
  );
  const predicates = used(
    plan.predicates,
    [...additive.list, ...distinct.list].map(({ predicate }) => predicate),
  );
  const dimensions = plan.dimensions.filter(({ name }) => kept.some(({ by }) => by === name));
  const metrics = new Set([...additive.list, ...distinct.list].map(({ metric }) => metric));
  const named = new Set([
    ...also,
    ...[...additive.list, ...distinct.list].flatMap(({ column }) => column ?? []),
    ...predicates.list.flatMap(({ where }) => where.map(({ column }) => column)),
    ...dimensions.flatMap((dimension) => ('column' in dimension ? dimension.column : [])),
  ]);
  const schema = plan.schema.filter((column) => named.has(column.name) || decides(column, plan.rejects));
  const isRead = (name: string): boolean => schema.some((column) => column.name === name);
  const part: Omit<Plan, 'fingerprint'> = {
    version: plan.version,
    timeZone: plan.timeZone,
    currency: plan.currency,
    schema,
    columns: plan.columns.filter(isRead),
    limits: plan.limits,
    rejects: plan.rejects.filter(({ column }) => isRead(column)),
    deduplicate: { ...plan.deduplicate, payload: plan.deduplicate.payload.filter(isRead) },
    predicates: predicates.list,
    additive: additive.list.map((entry) => ({ ...entry, predicate: predicates.at(entry.predicate) })),
    distinct: distinct.list.map((entry) => ({ ...entry, predicate: predicates.at(entry.predicate) })),
    dimensions,
    rollups: kept.map((rollup) => ({
      ...rollup,
      additive: rollup.additive.map(additive.at),
      distinct: rollup.distinct.map(distinct.at),
    })),
    metrics: plan.metrics.filter(({ name }) => metrics.has(name)),
  };
  return { ...part, fingerprint: fingerprint(part) };
}

/** Rules that can be known to hold for no value of a column without reading its rows. */
const KNOWABLE: readonly PlanReject['when'][] = ['longer', 'not_utf8', 'more_values'];

/** Whether rows may be rejected, or belong elsewhere, by what the column holds. */
function decides({ name, kind, nullable }: ColumnDefinition, rejects: readonly PlanReject[]): boolean {
  if (!nullable || (kind !== 'category' && kind !== 'id64')) return true;
  return rejects.some(({ column, when }) => column === name && !KNOWABLE.includes(when));
}

/** The entries that are named, in the list's order, and where each of them stands now. */
function used<T>(list: readonly T[], indexes: readonly number[]) {
  const kept = [...new Set(indexes)].sort((a, b) => a - b);
  return {
    list: kept.flatMap((index) => list[index] ?? []),
    at: (index: number): number => kept.indexOf(index),
  };
}
