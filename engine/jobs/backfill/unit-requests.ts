import type { DatasetFile } from '../../datasets/dataset.ts';
import type { FigureName, JobsHistory, UnitRequest } from '../../history/jobs-history.ts';
import type { JobDraft } from '../../protocol/jobs.ts';
import type { DayInputs } from './day-inputs.ts';

export interface UnitRequestsOptions {
  readonly job: string;
  readonly draft: JobDraft;
  readonly inputs: ReadonlyMap<string, DayInputs>;
  readonly lateByDay: Readonly<Record<string, number>>;
}

/** One request for each day that has inputs. */
export const unitRequests = ({ job, draft, inputs, lateByDay }: UnitRequestsOptions): UnitRequest[] =>
  [...inputs].map(([day, of]) => ({
    job,
    day,
    dataset: draft.dataset,
    inputs: of.inputs,
    metrics: draft.metrics,
    lateEvents: lateEventsIn(of.files) ?? lateByDay[day] ?? 0,
  }));

/**
 * Late events among what will be read, where the files say so: the archive ends at a checkpoint, and live may know of
 * more by now. Null where they don't.
 */
function lateEventsIn(files: readonly DatasetFile[]): number | null {
  let late = 0;
  for (const { lateRows } of files) {
    if (lateRows === undefined) return null;
    late += lateRows;
  }
  return files.length > 0 ? late : null;
}

export interface LackingUnit {
  readonly unit: UnitRequest;
  /** Empty: nothing is to be read. */
  readonly figures: readonly FigureName[];
}

const UNITS_AT_ONCE = 500;

/** What no kept generation has, unit by unit; asked for in pieces, so that nobody waits long behind it. */
export async function lackingUnits(
  history: Pick<JobsHistory, 'lacking'>,
  units: readonly UnitRequest[],
  signal?: AbortSignal,
): Promise<LackingUnit[]> {
  const all: LackingUnit[] = [];
  for (let from = 0; from < units.length; from += UNITS_AT_ONCE) {
    signal?.throwIfAborted();
    const some = units.slice(from, from + UNITS_AT_ONCE);
    const lacking = await history.lacking({ units: some });
    for (const [i, unit] of some.entries()) all.push({ unit, figures: lacking[i] ?? [] });
  }
  return all;
}
