import { setTimeout as sleep } from 'node:timers/promises';
import { archivePart } from '../../archive/archive-part.ts';
import { ARCHIVE } from '../../archive/open-archive.ts';
import type { BusinessCalendar } from '../../calendar/business-calendar.ts';
import type { Manifest } from '../../checkpoints/manifest.ts';
import { newestManifest } from '../../checkpoints/newest-manifest.ts';
import type { HeldFiles } from '../../datasets/hold-files.ts';
import { GmvError } from '../../errors.ts';
import { createDictionaries } from '../../events/create-dictionaries.ts';
import type { DayFigures } from '../../figures/day-figures.ts';
import type { Plan } from '../../plan/plan.ts';
import { say } from '../../protocol/sayings.ts';
import { applyRecorded } from '../live/apply-recorded.ts';
import { holdPart } from '../live/hold-part.ts';
import type { LiveFolders } from '../live/live-folders.ts';
import { createPipeline } from '../pipeline/create-pipeline.ts';
import type { Capture } from './capture.ts';
import { changesOfDay } from './changes-of-day.ts';

const LOOK_EVERY_MS = 500;
/** Writing a checkpoint of millions of ids under backlog takes a quarter of that. */
const WAIT_MS = 120_000;

export interface ReplayArchivedOptions {
  readonly plan: Plan;
  readonly calendar: BusinessCalendar;
  readonly folders: Pick<LiveFolders, 'checkpoints' | 'archive'>;
  /** So that no compaction takes files away that are being read. */
  readonly held: HeldFiles;
  readonly signal: AbortSignal;
}

/**
 * What live had consumed at the capture, from its archive, by its recorded decisions.
 *
 * @throws GmvError `parity_checkpoint` where the capture's checkpoint did not become durable, and those of the archive's
 * source.
 */
export async function replayArchived(options: ReplayArchivedOptions, capture: Capture): Promise<DayFigures> {
  const { plan, calendar, folders, held, signal } = options;
  const { day } = capture.figures;
  const manifest = await manifestOf(folders.checkpoints, capture.offsets, signal);
  const whole = archivePart.parse(manifest.parts[ARCHIVE]);
  const ofDay = { ...whole, files: whole.files.filter((file) => file.day === day) };
  const { part, folder, release } = await holdPart(held, folders.archive, ofDay);
  try {
    const { schema, columns, limits } = plan;
    const dictionaries = createDictionaries(schema, limits.maxCategoryValues);
    const pipeline = createPipeline({ plan, dictionaries, calendar, mode: 'live' });
    await applyRecorded(pipeline, { part, folder, schema, columns, dictionaries });
    return changesOfDay(pipeline, day);
  } finally {
    await release();
  }
}

/** Waits for the checkpoint that was begun at these offsets. */
async function manifestOf(
  folder: string,
  offsets: Capture['offsets'],
  signal: AbortSignal,
): Promise<Manifest> {
  for (let waitedMs = 0; waitedMs < WAIT_MS; waitedMs += LOOK_EVERY_MS) {
    const newest = await newestManifest(folder);
    if (newest && isSame(newest.offsets, offsets)) return newest;
    await sleep(LOOK_EVERY_MS, undefined, { signal });
  }
  throw new GmvError('parity_checkpoint', say('no_parity_checkpoint'), say('parity_again'), {
    retriable: true,
  });
}

function isSame(a: Capture['offsets'], b: Capture['offsets']): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
