import { checkDeduplication } from '../sql/check-deduplication.ts';
import { type FigureQuery, figureQueries } from '../sql/figure-queries.ts';
import { scriptText } from '../sql/script-text.ts';
import type { Statement } from '../sql/sql-dialect.ts';
import { duckdbDialect } from './duckdb-dialect.ts';
import { type PreludeOptions, prelude } from './prelude.ts';

/** A plan as DuckDB SQL: the second engine that reads it. */
export interface DuckdbSql {
  /** To run first, in this order. */
  readonly prelude: readonly Statement[];
  /** One per rollup and grain, in the plan's order; each stands on the prelude alone. Rows are ordered. */
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
  checkDeduplication(plan, duckdbDialect);
  const statements = prelude(options);
  const queries = figureQueries(plan, duckdbDialect).map(ordered);
  const figures = queries.map(({ rollup, grain, sql }) => ({
    about: `Rollup ${rollup}, grain ${grain}`,
    sql,
  }));
  return { prelude: statements, queries, text: scriptText(plan, [...statements, ...figures]) };
}

function ordered(query: FigureQuery): FigureQuery {
  return { ...query, sql: `${query.sql}\norder by ${[...query.buckets, 'key'].join(', ')}` };
}
