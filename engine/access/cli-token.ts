import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where the running server leaves the token of its command line, in the folder of access. */
export const cliTokenPath = (folder: string): string => join(folder, 'cli-token');

/** The token, for who may read the folder; null where no server ever ran on it. */
export async function readCliToken(folder: string): Promise<string | null> {
  try {
    return (await readFile(cliTokenPath(folder), 'utf8')).trim();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw cause;
  }
}
