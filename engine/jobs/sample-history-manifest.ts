import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Schema } from '../events/order-schema.ts';
import { GENERATOR_VERSION } from '../sources/simulator/event-of.ts';
import type { RateSchedule } from '../sources/simulator/rate-schedule.ts';

const MANIFEST = 'manifest.json';

const sampleFile = z.strictObject({
  /** The business day that the events' nominal times lie in; their event times may lie in the day before. */
  day: z.string(),
  /** Name within the sample folder. */
  path: z.string(),
  fromOffset: z.number().int().min(0),
  toOffset: z.number().int().min(0),
  rows: z.number().int().min(1),
  bytes: z.number().int().min(1),
});

const manifest = z.strictObject({
  version: z.literal(1),
  seed: z.number().int(),
  /** {@link scheduleHash} of the schedule that the files were made from. */
  schedule: z.string(),
  files: z.array(sampleFile),
});

/** A complete Parquet file of simulated events. */
export type SampleFile = Readonly<z.output<typeof sampleFile>>;

/** What a sample folder holds; replaced by one rename after every file. */
export interface SampleManifest {
  /** By offset. */
  files(): readonly SampleFile[];
  add(file: SampleFile): Promise<void>;
  /** Forgets the files, then removes them. */
  drop(files: readonly SampleFile[]): Promise<void>;
}

/**
 * What the files depend on: all that decides the events before the second step. Steps appended later leave
 * those and every earlier offset as they were, so they don't count.
 */
export function scheduleHash(schedule: RateSchedule, schema: Schema): string {
  const { sampleEvents: _, steps, ...rest } = schedule;
  const columns = schema.map(({ name, kind }) => `${name} ${kind}`);
  const text = JSON.stringify({ generator: GENERATOR_VERSION, ...rest, steps: steps.slice(0, 2), columns });
  return createHash('sha256').update(text).digest('hex');
}

/** Reads the folder's manifest; files of another schedule, incomplete ones and strays are removed. */
export async function openSampleManifest(options: {
  readonly folder: string;
  readonly schedule: RateSchedule;
  readonly schema: Schema;
}): Promise<SampleManifest> {
  const { folder, schedule, schema } = options;
  const hash = scheduleHash(schedule, schema);
  await mkdir(folder, { recursive: true });
  let files = await readManifest(folder, hash);
  const present = new Set([MANIFEST, ...files.map(({ path }) => path)]);
  for (const name of await readdir(folder)) {
    const ours = name === `${MANIFEST}.part` || /\.parquet(\.part)?$/.test(name);
    if (ours && !present.has(name)) await rm(join(folder, name), { force: true });
  }

  const write = async (changed: SampleFile[]): Promise<void> => {
    files = changed.sort((a, b) => a.fromOffset - b.fromOffset);
    const content = { version: 1, seed: schedule.seed, schedule: hash, files };
    await writeFileAtomically(join(folder, MANIFEST), `${JSON.stringify(content, null, 2)}\n`);
  };

  return {
    files: () => files,
    add: (file) => write([...files, file]),
    async drop(dropped) {
      if (dropped.length === 0) return;
      await write(files.filter((file) => !dropped.includes(file)));
      for (const { path } of dropped) await rm(join(folder, path), { force: true });
    },
  };
}

/** Writes beside, syncs, renames: after a crash there is the old content or the new, nothing between. */
export async function writeFileAtomically(path: string, text: string): Promise<void> {
  const part = `${path}.part`;
  const handle = await open(part, 'w');
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(part, path);
}

/** The files that are there, whole and of this schedule. Anything else is made anew, as it costs only time. */
async function readManifest(folder: string, hash: string): Promise<SampleFile[]> {
  const text = await readFile(join(folder, MANIFEST), 'utf8').catch(absent);
  if (text === null) return [];
  const parsed = manifest.safeParse(parseJson(text));
  if (!parsed.success || parsed.data.schedule !== hash) return [];
  const whole: SampleFile[] = [];
  for (const file of parsed.data.files) {
    const found = await stat(join(folder, file.path)).catch(absent);
    if (found?.size === file.bytes) whole.push(file);
  }
  return whole;
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
