import { reasonOf } from '../errors.ts';
import { duckdbDialect } from '../export/duckdb-sql/duckdb-dialect.ts';
import { rejectReason } from '../export/sql/reject-conditions.ts';
import { literal } from '../export/sql/sql-text.ts';
import type { Plan } from '../plan/plan.ts';
import type { DatasetPreview } from '../protocol/datasets.ts';
import { say } from '../protocol/sayings.ts';
import { rowsOf, withDuckdb } from './foreign/duckdb-session.ts';
import { type GivenColumn, ROW_NUMBER } from './foreign/foreign-source.ts';
import { ourName } from './foreign/given-value.ts';
import { BROKEN, shownColumns, unreadOf } from './foreign/mapped-query.ts';
import { type ForeignReading, openMapped } from './foreign/open-mapped.ts';
import type { MappedColumn } from './foreign/read-field-map.ts';

export interface PreviewRowsOptions {
  readonly dataset: string;
  readonly file: { readonly path: string } | null;
  readonly fileId: string;
  readonly reading: ForeignReading;
  readonly plan: Plan;
  readonly spill: string;
}

/** Rows that are tried. */
const ROWS = 50;

/** Tries a reading on the first rows of a file. What goes wrong is said in the preview; it throws for no file. */
export async function previewRows(options: PreviewRowsOptions): Promise<DatasetPreview> {
  const { dataset, file, fileId, reading, plan, spill } = options;
  const columns = reading.columns.map((column) => ({
    name: column.definition.name,
    from: reading.select === null ? wordsOf(column) : 'SELECT',
    absent: false,
    errors: 0,
    example: null,
  }));
  const nothing = { dataset, file: file?.path ?? null, given: [], columns, rows: [] };
  if (file === null) return { ...nothing, problem: `${say('no_file_yet')}. ${say('check_pattern')}` };
  let given: readonly GivenColumn[] = [];
  try {
    return await withDuckdb({ files: [file.path], spill }, async (connection) => {
      const mapped = await openMapped({ connection, reading, path: file.path, fileId, limit: ROWS });
      given = mapped.given;
      const names = plan.schema.map(({ name }) => name);
      const query = await mapped.query();
      const currency = plan.currency === null ? 'currency' : literal(plan.currency);
      const reason = rejectReason({ plan, dialect: duckdbDialect, currency }, '');
      const shown = plan.schema.map(({ name, kind }) => {
        const text =
          kind === 'time'
            ? `strftime(make_timestamp(${name} * 1000), '%Y-%m-%dT%H:%M:%S.%gZ')`
            : ourName(name);
        return `${text}::varchar as ${ourName(name)}`;
      });
      const unread = names.map((name) => unreadOf(name));
      const ours = await rowsOf(
        connection,
        `select ${[...shown, ...unread].join(', ')}, case when ${BROKEN} then 'not_json' else ${reason} end as rejected
          from (${query}) order by ${ROW_NUMBER}`,
      );
      const theirs = await connection.runAndReadAll(
        `select ${shownColumns(given).join(', ')} from ${mapped.rows} order by ${ROW_NUMBER}`,
      );
      const theirRows = theirs.getRowsJson();
      return {
        ...nothing,
        given,
        columns: columns.map((column, i) => {
          const texts = ours.flatMap((row) => textOf(row[`${column.name}_unread`]) ?? []);
          const absent = isAbsent(reading, given, reading.columns[i]);
          return { ...column, absent, errors: texts.length, example: texts[0] ?? null };
        }),
        rows: ours.map((row, i) => ({
          given: (theirRows[i] ?? []).map(textOf),
          mapped: names.map((name) => textOf(row[name])),
          rejected: textOf(row.rejected),
        })),
        problem: null,
      };
    });
  } catch (error) {
    return { ...nothing, given, problem: reasonOf(error) };
  }
}

const textOf = (value: unknown): string | null =>
  value === null || value === undefined ? null : String(value);

/** A column that the mapping doesn't name. Of JSON lines each has keys of its own, and a SELECT is asked for nothing. */
function isAbsent(reading: ForeignReading, given: readonly GivenColumn[], column?: MappedColumn): boolean {
  if (!column?.isOwnName || reading.format === 'json' || reading.select !== null) return false;
  return !given.some(({ name }) => name === column.definition.name);
}

/** What a column is made of, in words of the mapping. */
function wordsOf(column: MappedColumn): string {
  const { setting, from, times, cases, fallback } = column;
  const path = (keys: readonly string[]): string => keys.join('.');
  if (setting.constant !== undefined) return `constant ${JSON.stringify(setting.constant)}`;
  if (setting.row) return 'number of the row';
  const otherwise = fallback === null ? '' : `, default ${JSON.stringify(fallback)}`;
  if (cases.length > 0) {
    return `cases of ${[...new Set(cases.map(({ keys }) => path(keys)))].join(', ')}${otherwise}`;
  }
  const product = times === null ? path(from) : `${path(from)} × ${path(times)}`;
  const { unit, absolute, round, letters, zone, quoted } = setting;
  const words = [
    unit,
    absolute && 'absolute',
    round && `rounded ${round}`,
    letters,
    zone,
    quoted && 'quoted',
    column.renamed.size > 0 && 'values',
  ];
  return [product, ...words.filter((word) => typeof word === 'string')].join(', ') + otherwise;
}
