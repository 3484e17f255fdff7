import { GmvError } from '../../errors.ts';
import type { Plan } from '../../plan/plan.ts';
import type { SqlDialect } from './sql-dialect.ts';

/** The one rule of deduplication that the scripts know: a plan of a later version may have others. */
const KNOWN = '2 event_id business_day lowest_event_time_then_payload_hash';

/** @throws GmvError `export_plan` where the plan deduplicates by a rule that the scripts don't write. */
export function checkDeduplication({ version, deduplicate }: Plan, { name }: SqlDialect): void {
  const { by, scope, conflict } = deduplicate;
  const rule = [version, by, scope, conflict].join(' ');
  if (rule === KNOWN) return;
  throw new GmvError(
    'export_plan',
    `The plan deduplicates by "${rule}", which ${name} does not`,
    'Use the engine.',
  );
}
