import { readdir, rename } from 'node:fs/promises';
import { say } from '../../protocol/sayings.ts';

/**
 * Where there is no checkpoint, nothing says what these folders' files are worth: they get another name instead of
 * being removed as files of no checkpoint are.
 *
 * @param folders that need not be there
 * @returns a sentence about each that was renamed
 */
export async function putAside(folders: readonly string[], nowMs: number): Promise<string[]> {
  const suffix = new Date(nowMs).toISOString().replace(/[-:]|\.\d+/g, '');
  const notes: string[] = [];
  for (const folder of folders) {
    if (!(await holdsFiles(folder))) continue;
    const aside = `${folder}-${suffix}`;
    await rename(folder, aside);
    notes.push(say('put_aside', { folder, aside }));
  }
  return notes;
}

async function holdsFiles(folder: string): Promise<boolean> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries.some((entry) => entry.isFile());
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
