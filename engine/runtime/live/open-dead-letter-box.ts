import { newestManifest } from '../../checkpoints/newest-manifest.ts';
import { createDeadLetterBox, type DeadLetterBox } from '../../dead-letters/dead-letter-box.ts';
import { liveFolders } from './live-folders.ts';

/** The dead letters of a data folder, for reading, and the folder of everything that live keeps there. */
export function openDeadLetterBox(dataFolder: string): {
  readonly box: DeadLetterBox;
  readonly liveFolder: string;
} {
  const { live: liveFolder, checkpoints } = liveFolders(dataFolder);
  return {
    liveFolder,
    box: createDeadLetterBox({ liveFolder, newestManifest: () => newestManifest(checkpoints) }),
  };
}
