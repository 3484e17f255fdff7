import { open, rename, rm } from 'node:fs/promises';
import { syncFolder } from '../sync-folder.ts';

/** Writes beside, syncs, renames, syncs the folder: after a crash there is nothing or the whole file. */
export async function writeDurably(folder: string, path: string, text: string): Promise<void> {
  const part = `${path}.part`;
  try {
    const file = await open(part, 'w');
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  await syncFolder(folder);
}
