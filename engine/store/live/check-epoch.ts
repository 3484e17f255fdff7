import { finishMetric } from '../../definitions/finish.ts';
import type { Plan } from '../../plan/plan.ts';
import type { LiveDays } from './live-days.ts';

/** A rule that an epoch broke: its name, to be counted by, and where with which figures. */
export interface Violation {
  readonly rule: string;
  readonly detail: string;
}

/**
 * What must hold after every epoch and doesn't, by name: the additive metrics of each dimension sum to the
 * total (every event has a key in every dimension, null among them), and so do differences such as
 * gmv − refunds = net_gmv. Empty where all is well.
 */
export function checkEpoch({ plan, live }: { plan: Plan; live: LiveDays }): Violation[] {
  const total = plan.rollups.find(({ by }) => by === null);
  if (!total) return [];
  const differences = plan.metrics.filter((metric) => metric.aggregate === 'difference');
  const violations: Violation[] = [];
  for (const { day, rollups } of live.days()) {
    const totalSums = rollups.get(total.name)?.sums();
    if (!totalSums) continue;
    for (const [name, rollup] of rollups) {
      const sums = rollup.sums();
      for (const [metric, sum] of sums) {
        const expected = totalSums.get(metric);
        if (expected !== undefined && expected !== sum) {
          violations.push({
            rule: `${metric} by ${name} sums to the total`,
            detail: `${day.label}: ${sum} instead of ${expected}`,
          });
        }
      }
      for (const metric of differences) {
        const value = finishMetric(metric, (base) => sums.get(base) ?? null);
        const expected = finishMetric(metric, (base) => totalSums.get(base) ?? null);
        if (value !== null && expected !== null && value !== expected) {
          violations.push({
            rule: `${metric.name} by ${name} is ${metric.of.join(' − ')} of the total`,
            detail: `${day.label}: ${value} instead of ${expected}`,
          });
        }
      }
    }
  }
  return violations;
}
