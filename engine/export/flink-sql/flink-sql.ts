import { GmvError } from '../../errors.ts';
import type { Plan } from '../../plan/plan.ts';
import { checkDeduplication } from '../sql/check-deduplication.ts';
import { type FigureQuery, figureQueries } from '../sql/figure-queries.ts';
import { scriptText } from '../sql/script-text.ts';
import type { Statement } from '../sql/sql-dialect.ts';
import { literal } from '../sql/sql-text.ts';
import { flinkDialect } from './flink-dialect.ts';
import { type OrderFiles, orderTable, tableName } from './order-table.ts';
import { ORDER_VIEWS, orderViews } from './order-views.ts';

/** A figure query that stands as a view. */
export interface FlinkQuery extends FigureQuery {
  /** The view's name, as SQL takes it. */
  readonly view: string;
}

/** A plan as Flink SQL: the third engine that reads it. */
export interface FlinkSql {
  /** To run once in a session, in this order: settings, tables and views, the figures' among them. */
  readonly statements: readonly Statement[];
  /** One per rollup and grain, in the plan's order. */
  readonly queries: readonly FlinkQuery[];
  /** All statements as one readable script. */
  readonly text: string;
}

export interface FlinkSqlOptions {
  readonly plan: Plan;
  /** One or more. */
  readonly files: readonly OrderFiles[];
}

const ABOUT = `For Flink 2.0 and newer with its Parquet format. Every figure is a view: select from it, or insert it into a table.

In batch its rows are final. In streaming mode the same text gives changelogs, one row per bucket and key: a late
event, a refund of an earlier minute, or the right payload of an id that had another, retracts what it changes. A
sink must then take updates (upsert-kafka, JDBC), with a text of its own for the key that is null; state must be
kept until a day is sealed (table.exec.state.ttl), for ever where a view counts ids of more than a day.
The curve of a cumulative count is the running sum of its first_minute view, which streaming mode leaves to the
reader: there a sum over rows that change can't be ordered.`;

/**
 * Writes a plan as Flink SQL. Figures equal the engine's to the last digit; `undecidable` lists the events where
 * only the engine can know. Sums are BIGINT: exact to 2^63, where the engine refuses beyond 2^53.
 *
 * @throws GmvError `export_plan`, `export_currency`, `export_name` or `export_path`, naming what Flink SQL can't say.
 */
export function flinkSql({ plan, files }: FlinkSqlOptions): FlinkSql {
  checkDeduplication(plan, flinkDialect);
  const tables = files.map((_, index) => tableName(index));
  const queries = figureQueries(plan, flinkDialect).map((query) => ({
    ...query,
    view: flinkDialect.identifier(`${query.rollup}_${query.grain}`),
  }));
  checkNames([...tables, ...ORDER_VIEWS, ...queries.map(({ view }) => view)]);
  const statements = [
    { about: ABOUT, sql: setting('execution.runtime-mode', 'batch') },
    { about: 'Business days are those of this zone.', sql: setting('table.local-time-zone', plan.timeZone) },
    {
      about: 'Statements of one set share what they have in common.',
      sql: setting('table.optimizer.reuse-optimize-block-with-digest-enabled', 'true'),
    },
    ...files.map((folder, index) => orderTable(plan, folder, index)),
    ...orderViews(plan, tables),
    ...queries.map(({ rollup, grain, view, sql }) => ({
      about: `Rollup ${rollup}, grain ${grain}`,
      sql: `create temporary view ${view} as\n${sql}`,
    })),
  ];
  return { statements, queries, text: scriptText(plan, statements) };
}

const setting = (name: string, value: string): string => `set ${literal(name)} = ${literal(value)}`;

function checkNames(names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw new GmvError('export_name', `Two views of the script are named ${twice}`, 'Rename the rollup.');
}
