import { join } from 'node:path';
import { lettersFolder } from '../../dead-letters/dead-letter-box.ts';

/** Where a live run keeps what. */
export interface LiveFolders {
  /** Of all the others. */
  readonly live: string;
  readonly checkpoints: string;
  readonly archive: string;
  readonly letters: string;
  /** Files of the archive that someone reads. */
  readonly held: string;
}

export function liveFolders(dataFolder: string): LiveFolders {
  const live = join(dataFolder, 'live');
  return {
    live,
    checkpoints: join(live, 'checkpoints'),
    archive: join(live, 'archive'),
    letters: lettersFolder(live),
    held: join(live, 'held'),
  };
}
