import { randomUUID } from 'node:crypto';
import { copyFile, link, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReadyFiles } from './dataset.ts';

/** Keeps files from going while they are read. */
export interface HeldFiles {
  /**
   * Gives each file a second name in a folder of its own, or a copy where the file system has no links.
   *
   * @throws the file system's error, `ENOENT` where one of them is gone; then none is held.
   */
  hold(files: readonly { readonly path: string; readonly as: string }[]): Promise<ReadyFiles>;
}

/** Removes what a crash left in a folder of held files, which nobody may use yet. */
export const clearHeldFiles = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true });

/** Holds files in `folder`, beside others who do. */
export function createHeldFiles(folder: string): HeldFiles {
  return {
    async hold(files) {
      const mine = join(folder, randomUUID());
      await mkdir(mine, { recursive: true });
      const release = (): Promise<void> => rm(mine, { recursive: true, force: true });
      try {
        const paths: string[] = [];
        for (const { path, as } of files) {
          const held = join(mine, as);
          await link(path, held).catch((error: NodeJS.ErrnoException) => {
            if (error.code === 'ENOENT') throw error;
            return copyFile(path, held);
          });
          paths.push(held);
        }
        return { paths, release };
      } catch (error) {
        await release();
        throw error;
      }
    },
  };
}
