import type { JobLogLine, JobSummary, JobUnit, JobUpdate } from '../../engine/protocol/jobs.ts';

/** A job as this client holds it; a new object whenever anything of it changes. */
export interface HeldJob {
  readonly id: string;
  readonly seq: number;
  readonly summary: JobSummary;
  /** By day, ascending. */
  readonly units: readonly JobUnit[];
  /** Oldest first. */
  readonly log: readonly JobLogLine[];
}

function byDay(units: readonly JobUnit[]): JobUnit[] {
  return [...units].sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
}

/** Where the day is in ascending units, or where it would be. */
function placeOf(units: readonly JobUnit[], day: string): number {
  let low = 0;
  let high = units.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((units[middle]?.day ?? '') < day) low = middle + 1;
    else high = middle;
  }
  return low;
}

function withChanged(units: readonly JobUnit[], changed: readonly JobUnit[]): readonly JobUnit[] {
  if (changed.length === 0) return units;
  const next = [...units];
  for (const unit of changed) {
    const place = placeOf(next, unit.day);
    next.splice(place, next[place]?.day === unit.day ? 1 : 0, unit);
  }
  return next;
}

/**
 * Applies one update of a job. One that does not follow leaves what is held as it was and says that something was
 * missed: the job has to be watched again, and then comes whole.
 */
export function applyJobUpdate(
  held: HeldJob | null,
  update: JobUpdate,
): { readonly job: HeldJob | null; readonly missed: boolean } {
  const { id, seq, summary } = update;
  if (update.whole) {
    return { job: { id, seq, summary, units: byDay(update.units), log: update.log }, missed: false };
  }
  if (held?.id !== id || seq !== held.seq + 1) return { job: held, missed: true };
  const units = withChanged(held.units, update.units);
  const log = update.log.length > 0 ? [...held.log, ...update.log] : held.log;
  return { job: { id, seq, summary, units, log }, missed: false };
}
