import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { GmvError } from '../errors.ts';
import { syncFolder } from '../sync-folder.ts';
import { newerFormat, unreadable } from './checkpoint-error.ts';
import { Damage } from './damage.ts';
import { CHECKPOINT_VERSION, type Manifest, parseManifest } from './manifest.ts';

const MANIFEST = /^(\d{12})\.json$/;
/** Ours, and of no checkpoint unless a manifest says so. */
const OURS = /^\d{12}\.(json|state)(\.part|\.damaged)?$/;
const DAMAGED = /^\d{12}\.(json|state)\.damaged$/;

/** What stands under a manifest's name. */
export type FoundCheckpoint =
  | { readonly id: number; readonly manifest: Manifest }
  | { readonly id: number; readonly damage: string };

/** `000000000042` */
export const nameOf = (id: number): string => String(id).padStart(12, '0');
export const manifestFile = (id: number): string => `${nameOf(id)}.json`;
export const stateFile = (id: number): string => `${nameOf(id)}.state`;

/**
 * Everything that has a manifest's name, ascending. Makes the folder where there is none, and removes what is ours and
 * belongs to none.
 *
 * @throws GmvError `checkpoint_newer_format`, `checkpoint_read`.
 */
export async function findCheckpoints(folder: string): Promise<FoundCheckpoint[]> {
  try {
    await mkdir(folder, { recursive: true });
    const files = await readdir(folder);
    const found: FoundCheckpoint[] = [];
    for (const file of files.sort()) {
      const id = Number(MANIFEST.exec(file)?.[1] ?? Number.NaN);
      if (!Number.isNaN(id)) found.push(await readManifest(folder, id));
    }
    const named = new Set(found.flatMap(({ id }) => [manifestFile(id), stateFile(id)]));
    for (const file of files) {
      if (OURS.test(file) && !named.has(file)) await rm(join(folder, file), { force: true });
    }
    return found;
  } catch (error) {
    throw error instanceof GmvError ? error : unreadable(folder, error);
  }
}

async function readManifest(folder: string, id: number): Promise<FoundCheckpoint> {
  const text = await readFile(join(folder, manifestFile(id)), 'utf8');
  try {
    const manifest = parseManifest(text);
    if ('newerVersion' in manifest) {
      throw newerFormat(nameOf(id), folder, manifest.newerVersion, CHECKPOINT_VERSION);
    }
    return { id, manifest };
  } catch (error) {
    if (error instanceof Damage) return { id, damage: error.message };
    throw error;
  }
}

/** The manifest first: a state file without one is no checkpoint. */
export async function removeCheckpoint(folder: string, id: number): Promise<void> {
  for (const file of [manifestFile(id), stateFile(id)]) await rm(join(folder, file), { force: true });
}

async function renameIfThere(folder: string, from: string, to: string): Promise<void> {
  await rename(join(folder, from), join(folder, to)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}

/**
 * Takes the names of checkpoints from them for good; {@link removeAside} deletes them.
 *
 * @throws GmvError `checkpoint_read`
 */
export async function putAside(folder: string, ids: readonly number[]): Promise<void> {
  try {
    for (const file of ids.flatMap((id) => [manifestFile(id), stateFile(id)])) {
      await renameIfThere(folder, file, `${file}.damaged`);
    }
    if (ids.length > 0) await syncFolder(folder);
  } catch (error) {
    throw unreadable(folder, error);
  }
}

export async function removeAside(folder: string): Promise<void> {
  for (const file of await readdir(folder)) {
    if (DAMAGED.test(file)) await rm(join(folder, file), { force: true });
  }
}
