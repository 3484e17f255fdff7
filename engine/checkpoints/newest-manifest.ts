import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Damage } from './damage.ts';
import { type Manifest, parseManifest } from './manifest.ts';

/**
 * Reads the newest manifest that is whole, and changes nothing: for readers beside the one process that writes. Null
 * where there is none of this program's version. The checkpoint's state is not looked at.
 *
 * @throws what the file system throws
 */
export async function newestManifest(folder: string): Promise<Manifest | null> {
  const files = (await readdir(folder).catch(none)) ?? [];
  for (const file of files
    .filter((name) => /^\d{12}\.json$/.test(name))
    .sort()
    .reverse()) {
    // One that was removed meanwhile is as good as none.
    const text = await readFile(join(folder, file), 'utf8').catch(none);
    const manifest = text === null ? null : parsed(text);
    if (manifest && !('newerVersion' in manifest)) return manifest;
  }
  return null;
}

function parsed(text: string): ReturnType<typeof parseManifest> | null {
  try {
    return parseManifest(text);
  } catch (error) {
    if (error instanceof Damage) return null;
    throw error;
  }
}

function none(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
