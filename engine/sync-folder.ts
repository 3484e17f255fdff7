import { open } from 'node:fs/promises';

/** Makes names durable that were given or taken away in a folder: a file's own sync does not (fsync(2)). */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
