import { GmvError } from '../../errors.ts';
import type { Plan } from '../../plan/plan.ts';
import { type FigureQuery, figureQueries } from './figure-queries.ts';
import { type PreludeOptions, prelude, type Statement } from './prelude.ts';

/** A plan as DuckDB SQL: the second engine that reads it. */
export interface DuckdbSql {
  /** To run first, in this order. */
  readonly prelude: readonly Statement[];
  /** One per rollup and grain, in the plan's order; each stands on the prelude alone. */
  readonly queries: readonly FigureQuery[];
  /** All of it as one readable script. */
  readonly text: string;
}

/**
 * Writes a plan as SQL for DuckDB 1.1 and newer with its ICU extension, which its clients bring with them.
 * Figures equal the engine's to the last digit; `undecidable` lists the events where only the engine can know.
 *
 * @throws GmvError `export_plan` where the plan says something that the SQL doesn't, `export_name`.
 */
export function duckdbSql(options: PreludeOptions): DuckdbSql {
  const { plan } = options;
  refuseUnknown(plan);
  const statements = prelude(options);
  const queries = figureQueries(plan);
  const parts = [
    comment(
      `Plan ${plan.fingerprint}\nTime zone ${plan.timeZone}, currency ${plan.currency ?? "the first row's"}`,
    ),
    ...statements.map(({ about, sql }) => `${comment(about)}\n${sql};`),
    ...queries.map(({ rollup, grain, sql }) => `${comment(`Rollup ${rollup}, grain ${grain}`)}\n${sql};`),
  ];
  return { prelude: statements, queries, text: parts.join('\n\n') };
}

/** The SQL knows one rule of deduplication: a plan of a later version may have others. */
function refuseUnknown({ version, deduplicate }: Plan): void {
  const { by, scope, conflict } = deduplicate;
  const rule = [version, by, scope, conflict].join(' ');
  if (rule === '1 event_id business_day lowest_event_time_then_payload') return;
  throw new GmvError(
    'export_plan',
    `The plan deduplicates by "${rule}", which DuckDB SQL does not`,
    'Use the engine.',
  );
}

const comment = (text: string): string =>
  text
    .split('\n')
    .map((line) => `-- ${line}`)
    .join('\n');
