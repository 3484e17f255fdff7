import { join } from 'node:path';
import type { BusinessCalendar } from '../calendar/business-calendar.ts';
import type { Schema } from '../events/order-schema.ts';
import type { RateSchedule } from '../sources/simulator/rate-schedule.ts';
import { createSimulatedHistory } from '../sources/simulator/simulated-columns.ts';
import { writeSampleFile } from './sample-history-file.ts';
import { openSampleManifest, type SampleFile, type SampleManifest } from './sample-history-manifest.ts';
import { planSample, type SamplePiece, type SamplePlan } from './sample-history-plan.ts';

/** What today lacks is written in so many parts at most, none but the last with fewer rows than the latter. */
const MOST_PARTS = 4;
const SMALLEST_PART = 100_000;
/** More files of one day than this, from as many starts, are written anew as one. */
const MOST_FILES_A_DAY = 12;

export interface SampleProgress {
  /** The business day being written. */
  readonly day: string;
  readonly rowsDone: number;
  readonly rowsTotal: number;
  /** Files, of all that were missing. */
  readonly filesDone: number;
  readonly filesTotal: number;
}

export interface SampleHistoryOptions {
  /** Where the files go: `sample` in the data folder. */
  readonly folder: string;
  readonly schedule: RateSchedule;
  /** Of the schedule's time zone. */
  readonly calendar: BusinessCalendar;
  readonly schema: Schema;
  readonly clock: { now(): number };
  /** Whether history holds the day already, so that it needs no file. Default: no day. */
  isPublished?(day: string): boolean;
  onProgress?(progress: SampleProgress): void;
  readonly signal?: AbortSignal;
}

/** Files of today, consecutive from midnight's offset to `nextOffset`. */
export interface SampleToday {
  readonly day: string;
  readonly paths: readonly string[];
  readonly files: readonly SampleFile[];
  readonly fromOffset: number;
  /** Live goes on from here. */
  readonly nextOffset: number;
}

export interface SamplePast {
  /** Every file of the days before today, those of days left out among them: what a replay reads. */
  readonly paths: readonly string[];
  /** Days before today whose files are whole (or that history holds already), oldest first. */
  readonly days: readonly {
    readonly day: string;
    readonly paths: readonly string[];
    readonly rows: number;
  }[];
  /**
   * Days left incomplete because writing them would take too long, and the events that they lack: not to be
   * published. The few events of the day before that were held up into such a day are missing too.
   */
  readonly leftOut: SamplePlan['leftOut'];
}

/** Today as it is going to be, consecutive from midnight's offset. */
export interface SampleTodayParts {
  readonly day: string;
  readonly fromOffset: number;
  /** Absolute paths; a part that is not written yet gets its name when it is whole. */
  readonly parts: readonly {
    readonly path: string;
    readonly fromOffset: number;
    readonly toOffset: number;
  }[];
}

/** Simulated history as Parquet files, one a business day or more; what was written by an earlier start is kept. */
export interface SampleHistory {
  /** Rows still to be written, for a progress bar that starts at once. */
  readonly rowsMissing: number;
  /** What `today` will have written: live may start on the first part while the others are written. */
  todayParts(): SampleTodayParts;
  /** Writes what today lacks; live waits for it, so it comes first. */
  today(): Promise<SampleToday>;
  /** Writes what the days before lack. */
  past(): Promise<SamplePast>;
}

/**
 * Plans the files that are missing up to now; nothing is written before `today` or `past` is called. A file
 * holds the offsets whose nominal time lies in its day: an event that was held up over midnight has an event
 * time of the day before, so whoever replays a day reads the next day's files too (statistics tell which).
 *
 * Both calls reject with the signal's reason when it aborts; complete files are kept.
 */
export async function prepareSampleHistory(options: SampleHistoryOptions): Promise<SampleHistory> {
  const { folder, schedule, schema, clock, isPublished = () => false, onProgress, signal } = options;
  const manifest = await openSampleManifest({ folder, schedule, schema });
  const history = createSimulatedHistory(options);
  const nowMs = clock.now();
  await gatherCrumbs(manifest, options.calendar.dayOf(nowMs).label);
  const plan = planSample({
    timetable: history.timetable,
    files: manifest.files(),
    nowMs,
    firstStartMs: schedule.steps[1]?.fromMs ?? nowMs,
    catchUpEvents: schedule.sampleEvents,
    isPublished,
  });
  const todayPieces = plan.todayPieces.flatMap(cutPiece);
  const pieces = [...todayPieces, ...plan.pastPieces];
  const rowsTotal = pieces.reduce((sum, piece) => sum + piece.toOffset - piece.fromOffset, 0);
  let rowsDone = 0;
  let filesDone = 0;

  const pathOf = ({ day, fromOffset }: SamplePiece): string =>
    join(folder, `${day}-from-${fromOffset}.parquet`);
  const write = async (piece: SamplePiece): Promise<void> => {
    const report = (rows: number): void => {
      rowsDone += rows;
      onProgress?.({ day: piece.day, rowsDone, rowsTotal, filesDone, filesTotal: pieces.length });
    };
    const path = pathOf(piece);
    await manifest.add(await writeSampleFile({ path, piece, history, schema, signal, onRows: report }));
    filesDone++;
    report(0);
  };

  return {
    rowsMissing: rowsTotal,
    todayParts() {
      const written = manifest
        .files()
        .filter(({ day }) => day === plan.today)
        .map((file) => ({ ...file, path: join(folder, file.path) }));
      const planned = todayPieces.map((piece) => ({ ...piece, path: pathOf(piece) }));
      const parts = [...written, ...planned]
        .map(({ path, fromOffset, toOffset }) => ({ path, fromOffset, toOffset }))
        .sort((a, b) => a.fromOffset - b.fromOffset);
      return { day: plan.today, fromOffset: plan.todayFromOffset, parts };
    },
    async today() {
      for (const piece of todayPieces) await write(piece);
      const files: SampleFile[] = [];
      let nextOffset = plan.todayFromOffset;
      for (const file of manifest.files()) {
        if (file.day !== plan.today || file.fromOffset !== nextOffset) continue;
        files.push(file);
        nextOffset = file.toOffset;
      }
      const paths = files.map(({ path }) => join(folder, path));
      return { day: plan.today, paths, files, fromOffset: plan.todayFromOffset, nextOffset };
    },
    async past() {
      for (const piece of plan.pastPieces) await write(piece);
      const leftOut = new Set(plan.leftOut.map(({ day }) => day));
      const days = new Map<string, { day: string; paths: string[]; rows: number }>();
      const paths: string[] = [];
      for (const file of manifest.files()) {
        if (file.day === plan.today) continue;
        const path = join(folder, file.path);
        paths.push(path);
        if (leftOut.has(file.day)) continue;
        const known = days.get(file.day) ?? { day: file.day, paths: [], rows: 0 };
        known.paths.push(path);
        known.rows += file.rows;
        days.set(file.day, known);
      }
      return { paths, days: [...days.values()], leftOut: plan.leftOut };
    },
  };
}

/** A few pieces of one: the first is soon there to be read. */
function cutPiece(piece: SamplePiece): SamplePiece[] {
  const { fromOffset, toOffset } = piece;
  const rows = Math.max(SMALLEST_PART, Math.ceil((toOffset - fromOffset) / MOST_PARTS));
  const cut: SamplePiece[] = [];
  for (let from = fromOffset; from < toOffset; from += rows) {
    cut.push({ ...piece, fromOffset: from, toOffset: Math.min(toOffset, from + rows) });
  }
  return cut;
}

/** Drops today's files when many starts have left many small ones. */
async function gatherCrumbs(manifest: SampleManifest, today: string): Promise<void> {
  const files = manifest.files().filter(({ day }) => day === today);
  if (files.length > MOST_FILES_A_DAY) await manifest.drop(files);
}
