import { join } from 'node:path';
import { newestManifest } from '../../checkpoints/newest-manifest.ts';
import { createDeadLetterBox, type DeadLetterBox } from '../../dead-letters/dead-letter-box.ts';

/** The dead letters of a data folder, for reading, and the folder of everything that live keeps there. */
export function openDeadLetterBox(dataFolder: string): {
  readonly box: DeadLetterBox;
  readonly liveFolder: string;
} {
  const liveFolder = join(dataFolder, 'live');
  const manifests = join(liveFolder, 'checkpoints');
  return {
    liveFolder,
    box: createDeadLetterBox({ liveFolder, newestManifest: () => newestManifest(manifests) }),
  };
}
