import { GmvError } from '../../errors.ts';
import type { ColumnDefinition } from '../../events/order-schema.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Statement } from '../sql/sql-dialect.ts';
import { literal } from '../sql/sql-text.ts';
import { flinkDialect } from './flink-dialect.ts';

const { identifier } = flinkDialect;

/** Types that Flink can read a column as. It refuses a Parquet column of another width when the job runs. */
export type FlinkType = 'STRING' | 'INT' | 'BIGINT' | 'TIMESTAMP(3)';

/** Parquet files of one folder whose columns have the same types. */
export interface OrderFiles {
  /** Absolute path with forward slashes. */
  readonly folder: string;
  /** Names in the folder; none: all that it holds. */
  readonly names: readonly string[];
  /** By column, where it isn't what {@link usualType} says. */
  readonly types?: ReadonlyMap<string, FlinkType>;
}

/** The type of a column in files that the engine's own writer made. */
export function usualType({ kind }: ColumnDefinition): FlinkType {
  if (kind === 'time') return 'TIMESTAMP(3)';
  if (kind === 'money') return 'BIGINT';
  return kind === 'integer' ? 'INT' : 'STRING';
}

/** Name of the table of the `index`th folder. */
export const tableName = (index: number): string => (index === 0 ? 'orders' : `orders_${index + 1}`);

/**
 * The table over a folder's Parquet files. Columns that a file lacks are null. Times are read as UTC, whatever the
 * zone of the machine.
 *
 * @throws GmvError `export_path` where Flink can't be given a name.
 */
export function orderTable(plan: Plan, { folder, names, types }: OrderFiles, index: number): Statement {
  const columns = plan.schema
    .filter(({ name }) => plan.columns.includes(name))
    .map((column) => `  ${identifier(column.name)} ${types?.get(column.name) ?? usualType(column)}`);
  const [only] = names;
  const path = names.length === 1 ? `${folder}/${only}` : folder;
  const options: [name: string, value: string][] = [
    ['connector', 'filesystem'],
    ['path', fileUrl(path)],
    ['format', 'parquet'],
    ['parquet.utc-timezone', 'true'],
  ];
  if (names.length > 1) {
    const pattern = `${escaped(folder)}/(${names.map(escaped).join('|')})`;
    options.push(['source.path.regex-pattern', pattern]);
  }
  return {
    about: 'The files, with the types that they are stored as.',
    sql: `create temporary table ${tableName(index)} (
${columns.join(',\n')}
) with (
${options.map(([name, value]) => `  ${literal(name)} = ${literal(value)}`).join(',\n')}
)`,
  };
}

/** Flink takes a path as it is, without decoding: what would end or change it is refused. */
function fileUrl(path: string): string {
  if (path.startsWith('/') && !/[\n\r#?%*[\]{}\\]/.test(path)) return `file://${path}`;
  throw new GmvError(
    'export_path',
    `"${path}" is no path that Flink can be given`,
    'Give files by absolute paths without the characters # ? % * [ ] { } and \\.',
  );
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
