import type { Plan } from '../plan/plan.ts';
import { formatTable } from './text-table.ts';

/** A compiled plan as text: what it computes and by what. */
export function planTable(plan: Plan): string {
  const named = (indexes: readonly number[], list: readonly { readonly metric: string }[]): string =>
    indexes.flatMap((index) => list[index]?.metric ?? []).join(', ');
  const rollups = plan.rollups.map((rollup) => [
    rollup.name,
    rollup.by ?? '–',
    rollup.slice,
    rollup.identity ? 'yes' : 'no',
    named(rollup.additive, plan.additive),
    named(rollup.distinct, plan.distinct),
  ]);
  const metrics = plan.metrics.map(({ name, unit, aggregate, ...rest }) => [
    name,
    unit,
    aggregate,
    [rest.of ?? []].flat().join(', '),
    'where' in rest && rest.where ? JSON.stringify(rest.where) : '',
  ]);
  return [
    `plan ${plan.fingerprint}\ntime zone ${plan.timeZone}, currency ${plan.currency ?? "the first row's"}`,
    formatTable({ head: ['Metric', 'Unit', 'Aggregate', 'Of', 'Where'], rows: metrics, left: true }),
    formatTable({
      head: ['Rollup', 'By', 'Slice', 'Identity', 'Sums', 'Distinct counts'],
      rows: rollups,
      left: true,
    }),
  ].join('\n\n');
}
