import type { Plan } from '../../plan/plan.ts';
import type { Statement } from './sql-dialect.ts';
import { comment } from './sql-text.ts';

/** A readable script: what plan it is of, then each statement under what it does. */
export function scriptText(
  { fingerprint, timeZone, currency }: Plan,
  statements: readonly Statement[],
): string {
  const head = `Plan ${fingerprint}\nTime zone ${timeZone}, currency ${currency ?? "the first row's"}`;
  return [comment(head), ...statements.map(({ about, sql }) => `${comment(about)}\n${sql};`)].join('\n\n');
}
