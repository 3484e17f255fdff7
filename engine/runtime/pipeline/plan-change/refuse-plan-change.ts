import { GmvError } from '../../../errors.ts';
import { canonicalJson } from '../../../plan/fingerprint.ts';
import type { Plan, PlanLimits } from '../../../plan/plan.ts';

/** Limits by which events were rejected that would now be taken, or the other way round. */
const DECISIVE: readonly (keyof PlanLimits)[] = [
  'maxAmountMinor',
  'maxQuantity',
  'minEventTimeMs',
  'maxEventTimeMs',
];

/**
 * Refuses a change after which figures of open days would be neither those of the old plan nor of the new.
 *
 * @throws GmvError `plan_change` that names all that was changed.
 */
export function refusePlanChange(from: Plan, to: Plan): void {
  const differs = <T>(part: (plan: Plan) => T): boolean =>
    canonicalJson(part(from)) !== canonicalJson(part(to));
  const shown = <T>(name: string, part: (plan: Plan) => T): string[] =>
    differs(part) ? [`${name} (${String(part(from))}, now ${String(part(to))})`] : [];
  const named = <T>(name: string, part: (plan: Plan) => T): string[] => (differs(part) ? [name] : []);

  const changed = [
    ...shown("the plan's version", ({ version }) => version),
    ...shown('the time zone', ({ timeZone }) => timeZone),
    ...shown('the currency', ({ currency }) => currency),
    ...changedColumns(from, to),
    ...shown('the columns that make two events of one id equal', ({ deduplicate }) => deduplicate.payload),
    ...named('how duplicates are told', ({ deduplicate: { payload: _, ...rest } }) => rest),
    ...named('the rules that reject an event', ({ rejects }) => rejects),
    ...DECISIVE.flatMap((limit) => shown(`limits.${limit}`, ({ limits }) => limits[limit])),
    ...(to.limits.maxCategoryValues < from.limits.maxCategoryValues
      ? shown('limits.maxCategoryValues', ({ limits }) => limits.maxCategoryValues)
      : []),
  ];
  if (changed.length === 0) return;
  throw new GmvError(
    'plan_change',
    `A checkpoint can't go on under the configured plan, in which something else is decided about events that were taken: ${changed.join('; ')}`,
    "Take the change back, or begin anew under the new plan: move the folder live/checkpoints away and say in kafka.start from where to read; the archive's days can be replayed under it.",
  );
}

function changedColumns(from: Plan, to: Plan): string[] {
  return from.schema.flatMap(({ name, kind }) => {
    const now = to.schema.find((column) => column.name === name);
    return now && now.kind !== kind ? [`the kind of column ${name} (${kind}, now ${now.kind})`] : [];
  });
}
