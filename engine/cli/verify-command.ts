import type { Plan } from '../plan/plan.ts';
import { expandPaths } from '../sources/parquet/expand-paths.ts';
import { formatTable } from './text-table.ts';
import { type VerifyFilesOptions, type VerifyReport, verifyFiles } from './verify-files.ts';

export interface VerifyCommandOptions {
  /** Files, folders and globs, from `folder`. */
  readonly paths: readonly string[];
  readonly folder: string;
  /** With identity everywhere; its currency may be `null`: the first row's. */
  readonly plan: Plan;
  readonly threads: number;
  readonly json: boolean;
  readonly signal: AbortSignal;
  /** See {@link VerifyFilesOptions}. */
  readonly sqlOf?: VerifyFilesOptions['sqlOf'];
}

/** Differences that a table prints; `--json` gives more. */
const MOST_PRINTED = 40;

/** `gmv verify`: the text to print, and whether both engines agree on every figure. */
export async function verifyCommand(
  options: VerifyCommandOptions,
): Promise<{ readonly text: string; readonly equal: boolean }> {
  const { plan, threads, signal, sqlOf } = options;
  const files = await expandPaths({ paths: options.paths, folder: options.folder });
  const report = await verifyFiles({ plan, files, threads, signal, sqlOf });
  const equal = report.different === 0;
  return { text: options.json ? JSON.stringify({ equal, ...report }) : verifyText(report), equal };
}

function verifyText(report: VerifyReport): string {
  const { rows, compared, different, differences, undecidable, undecided } = report;
  const figures = `${compared} figures of ${rows} rows`;
  const open =
    undecidable.length === 0
      ? ''
      : `; ${undecidable.length} events can't be decided by SQL (${undecided} figures that hang on them differ): ${undecidable
          .slice(0, 5)
          .map(({ event_id, day }) => `${event_id} on ${day}`)
          .join(', ')}${undecidable.length > 5 ? ', …' : ''}`;
  if (different === 0) return `equal: ${figures}, by the pipeline and by DuckDB SQL${open}`;
  const text = (value: number | null): string => (value === null ? 'null' : String(value));
  return [
    formatTable({
      head: ['Rollup', 'Grain', 'At', 'Key', 'Metric', 'Pipeline', 'SQL'],
      rows: differences
        .slice(0, MOST_PRINTED)
        .map(({ rollup, grain, bucket, key, metric, pipeline, sql }) => [
          rollup,
          grain,
          bucket ?? '–',
          key ?? 'null',
          metric,
          text(pipeline),
          text(sql),
        ]),
      left: true,
    }),
    ...(different > MOST_PRINTED ? [`… and ${different - MOST_PRINTED} more`] : []),
    `different: ${different} of ${figures}${open}`,
  ].join('\n');
}
