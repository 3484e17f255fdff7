import type { BusinessCalendar } from '../../calendar/business-calendar.ts';
import type { DatasetFile, DatasetLook, DatasetPart } from '../../datasets/dataset.ts';
import { fingerprint } from '../../plan/fingerprint.ts';
import type { PlanLimits } from '../../plan/plan.ts';

/** What a dataset has for one business day, as far as statistics tell. */
export interface DayInputs {
  /**
   * Of the reading and of all files that can hold events of the day, wherever they lie and in whatever order: equal
   * inputs under equal definitions give equal figures.
   */
  readonly inputs: string;
  /** Those files, in the order of the look. */
  readonly files: readonly DatasetFile[];
  /** A part's rows and bytes are spread evenly over the time, or where none is known over the days, that it can hold. */
  readonly rows: number;
  readonly bytes: number;
}

type TimeLimits = Pick<PlanLimits, 'minEventTimeMs' | 'maxEventTimeMs'>;

export interface InputsOfDaysOptions {
  readonly look: Pick<DatasetLook, 'files' | 'reading'>;
  readonly calendar: BusinessCalendar;
  /** Events outside are rejected, so parts hold nothing there. */
  readonly limits: TimeLimits;
  /** Days that are asked for, `2010-12-01`; default: all that parts with known times can hold. */
  readonly days?: readonly string[];
}

interface Gathered {
  readonly files: DatasetFile[];
  rows: number;
  bytes: number;
}

/**
 * Days that files can hold, ascending; days without a file are not among them. A part whose times are not known can
 * hold any day, and so belongs to each that is asked for. A date that the zone left out has no events.
 */
export function inputsOfDays(options: InputsOfDaysOptions): ReadonlyMap<string, DayInputs> {
  const { look, calendar, limits } = options;
  const wanted = options.days && new Set(options.days.map((label) => calendar.dayOfLabel(label).index));
  const gathered = new Map<number, Gathered>();
  const add = (day: number, file: DatasetFile, part: DatasetPart, share: number): void => {
    let inputs = gathered.get(day);
    if (!inputs) {
      inputs = { files: [], rows: 0, bytes: 0 };
      gathered.set(day, inputs);
    }
    if (inputs.files.at(-1) !== file) inputs.files.push(file);
    inputs.rows += part.rows * share;
    inputs.bytes += part.bytes * share;
  };

  const undated = (part: DatasetPart): boolean => part.minTimeMs === null || part.maxTimeMs === null;
  const anyDay = wanted ?? daysOfParts(options);
  const heldDays = [...anyDay].filter((index) => {
    const { startMs, endMs } = calendar.dayOfIndex(index);
    return startMs < endMs;
  });
  for (const file of look.files) {
    for (const part of file.parts) {
      if (part.rows === 0) continue;
      if (undated(part)) {
        for (const day of heldDays) add(day, file, part, 1 / heldDays.length);
        continue;
      }
      for (const { day, share } of daysOfPart(part, calendar, limits)) {
        if (!wanted || wanted.has(day)) add(day, file, part, share);
      }
    }
  }

  const found = new Map<string, DayInputs>();
  let before: { files: readonly DatasetFile[]; inputs: string } | null = null;
  for (const [day, { files, rows, bytes }] of [...gathered].sort(([a], [b]) => a - b)) {
    // Days in a row mostly have the same files.
    const inputs: string =
      before && sameFiles(before.files, files) ? before.inputs : inputsOf(look.reading, files);
    before = { files, inputs };
    found.set(calendar.dayOfIndex(day).label, {
      inputs,
      files,
      rows: Math.round(rows),
      bytes: Math.round(bytes),
    });
  }
  return found;
}

/**
 * Fingerprints alone: a copy gives the same figures, and so does a day of the archive whose files were merged. Of two
 * equal files each counts.
 */
function inputsOf(reading: string, files: readonly DatasetFile[]): string {
  const contents = files.map((file) => file.fingerprint).sort();
  return fingerprint({ reading, contents });
}

const sameFiles = (a: readonly DatasetFile[], b: readonly DatasetFile[]): boolean =>
  a.length === b.length && a.every((file, i) => file === b[i]);

function daysOfParts({ look, calendar, limits }: InputsOfDaysOptions): Set<number> {
  const days = new Set<number>();
  for (const { parts } of look.files) {
    for (const part of parts) for (const { day } of daysOfPart(part, calendar, limits)) days.add(day);
  }
  return days;
}

/** Indexes of the days that a part with known times can hold, with the share of its time that each has. */
function* daysOfPart(
  part: DatasetPart,
  calendar: BusinessCalendar,
  limits: TimeLimits,
): Generator<{ day: number; share: number }> {
  const times = timesOfPart(part, limits);
  if (!times) return;
  const { fromMs, toMs } = times;
  const last = calendar.dayOf(toMs - 1).index;
  for (let day = calendar.dayOf(fromMs).index; day <= last; day++) {
    const { startMs, endMs } = calendar.dayOfIndex(day);
    const heldMs = Math.min(endMs, toMs) - Math.max(startMs, fromMs);
    if (heldMs > 0) yield { day, share: heldMs / (toMs - fromMs) };
  }
}

/**
 * Between which times a part can hold events, epoch ms, the last excluded; null where it holds none, or where nothing
 * is known of them.
 */
export function timesOfPart(
  { rows, minTimeMs, maxTimeMs }: DatasetPart,
  { minEventTimeMs, maxEventTimeMs }: TimeLimits,
): { readonly fromMs: number; readonly toMs: number } | null {
  if (rows === 0 || minTimeMs === null || maxTimeMs === null) return null;
  const fromMs = Math.max(minTimeMs, minEventTimeMs);
  // The part's last instant is one that it holds.
  const toMs = Math.min(maxTimeMs + 1, maxEventTimeMs);
  return fromMs < toMs ? { fromMs, toMs } : null;
}
