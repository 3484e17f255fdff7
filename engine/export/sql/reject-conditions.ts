import type { Plan, PlanReject } from '../../plan/plan.ts';
import type { SqlDialect } from './sql-dialect.ts';
import { literal } from './sql-text.ts';

export interface RejectConditionsOptions {
  readonly plan: Plan;
  readonly dialect: SqlDialect;
  /** The expression of the currency that events must have. */
  readonly currency: string;
}

export interface RejectCondition {
  readonly reason: string;
  readonly condition: string;
}

/**
 * The plan's rules as conditions, in their order. Some have none: a column that SQL reads as an integer or a text
 * holds nothing else (`not_an_integer`, `not_utf8`), which value was one too many hangs on the order of events
 * (`cardinality`), and rows of files have no record time (`future`).
 */
export function rejectConditions(options: RejectConditionsOptions): RejectCondition[] {
  return options.plan.rejects.flatMap((rule) => {
    const condition = conditionOf(rule, options);
    return condition === null ? [] : [{ reason: rule.reason, condition }];
  });
}

/** The expression of a row's reject reason; null where none applies. */
export function rejectReason(options: RejectConditionsOptions, indent: string): string {
  const cases = rejectConditions(options).map(
    ({ reason, condition }) => `when ${condition} then ${literal(reason)}`,
  );
  return `case\n${cases.map((line) => `${indent}  ${line}`).join('\n')}\n${indent}end`;
}

function conditionOf(rule: PlanReject, options: RejectConditionsOptions): string | null {
  const { dialect, currency } = options;
  const { limits } = options.plan;
  const column = dialect.identifier(rule.column);
  switch (rule.when) {
    case 'null':
      return `${column} is null`;
    case 'empty':
      return `${column} = ''`;
    case 'longer':
      return dialect.isLonger(column, rule.bytes);
    case 'outside':
      return `${column} < ${limits[rule.from]} or ${column} >= ${limits[rule.before]}`;
    case 'none_of':
      return `${column} not in (${rule.values.map(literal).join(', ')})`;
    case 'negative':
      return `${column} < 0`;
    case 'above':
      return `${column} > ${limits[rule.limit]}`;
    case 'inexact':
      return `${column} not between ${Number.MIN_SAFE_INTEGER} and ${Number.MAX_SAFE_INTEGER}`;
    case 'other_currency':
      return `${column} is distinct from ${currency}`;
    case 'not_integer':
      return isTime(rule.column, options.plan) ? null : (dialect.hasFraction?.(rule.column) ?? null);
    case 'not_utf8':
    case 'more_values':
    case 'ahead_of_record':
      return null;
  }
}

const isTime = (column: string, { schema }: Plan): boolean =>
  schema.some(({ name, kind }) => name === column && kind === 'time');
