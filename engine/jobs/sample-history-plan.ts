import type { DayOffsets, Timetable } from '../sources/simulator/timetable.ts';
import type { SampleFile } from './sample-history-manifest.ts';

/** Offsets of one business day that a file is to be made of. */
export interface SamplePiece {
  readonly day: string;
  readonly fromOffset: number;
  readonly toOffset: number;
}

/** What to write so that history is whole up to now. */
export interface SamplePlan {
  readonly today: string;
  /** Midnight's offset. */
  readonly todayFromOffset: number;
  /** Consecutive with the files that are there; live goes on where the last one ends. */
  readonly todayPieces: readonly SamplePiece[];
  /** In the order in which the board wants them: last year's sale day, then backwards from yesterday. */
  readonly pastPieces: readonly SamplePiece[];
  /** Days that stay incomplete, as catching up would take too long. */
  readonly leftOut: readonly { readonly day: string; readonly rows: number }[];
}

export interface SamplePlanOptions {
  readonly timetable: Timetable;
  readonly files: readonly SampleFile[];
  readonly nowMs: number;
  /** Events before it are the sample, after it a time in which the server was off or its figures were lost. */
  readonly firstStartMs: number;
  /** Most events of that time to write at once. */
  readonly catchUpEvents: number;
  /** Days that history holds already. */
  isPublished(day: string): boolean;
}

export function planSample(options: SamplePlanOptions): SamplePlan {
  const { timetable, files, nowMs, firstStartMs, catchUpEvents, isPublished } = options;
  const days = timetable.daysBefore(nowMs + 1);
  const today = days.at(-1);
  if (!today) throw new RangeError('the schedule has no day before now');
  const firstStart = timetable.offsetAt(firstStartMs);
  const caughtUp = (piece: SamplePiece): number =>
    Math.max(0, piece.toOffset - Math.max(piece.fromOffset, firstStart));

  // What doesn't fit is left to live, which reads on from wherever the files end.
  let budget = catchUpEvents;
  const todayPieces: SamplePiece[] = [];
  for (const piece of missing({ ...today, toOffset: timetable.offsetAt(nowMs) }, files)) {
    const toOffset = Math.min(piece.toOffset, Math.max(piece.fromOffset, firstStart) + budget);
    const cut = { ...piece, toOffset };
    if (toOffset > piece.fromOffset) todayPieces.push(cut);
    budget -= caughtUp(cut);
    if (toOffset < piece.toOffset) break;
  }

  const [lastSale, ...others] = days.slice(0, -1);
  const ordered = [...(lastSale ? [lastSale] : []), ...others.reverse()];
  const pastPieces: SamplePiece[] = [];
  const leftOut: { day: string; rows: number }[] = [];
  for (const scheduled of ordered) {
    if (isPublished(scheduled.day.label)) continue;
    const pieces = missing(scheduled, files);
    const rows = pieces.reduce((sum, piece) => sum + caughtUp(piece), 0);
    if (rows > budget) {
      leftOut.push({ day: scheduled.day.label, rows });
      continue;
    }
    budget -= rows;
    pastPieces.push(...pieces);
  }
  return {
    today: today.day.label,
    todayFromOffset: today.fromOffset,
    todayPieces,
    pastPieces,
    leftOut,
  };
}

/** The stretches of the day that no file covers. */
function missing({ day, fromOffset, toOffset }: DayOffsets, files: readonly SampleFile[]): SamplePiece[] {
  const pieces: SamplePiece[] = [];
  let at = fromOffset;
  for (const file of files) {
    if (file.day !== day.label) continue;
    if (file.fromOffset > at) pieces.push({ day: day.label, fromOffset: at, toOffset: file.fromOffset });
    at = Math.max(at, file.toOffset);
  }
  if (at < toOffset) pieces.push({ day: day.label, fromOffset: at, toOffset });
  return pieces;
}
