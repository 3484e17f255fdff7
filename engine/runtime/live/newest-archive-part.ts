import { type ArchivePart, archivePart } from '../../archive/archive-part.ts';
import { ARCHIVE } from '../../archive/open-archive.ts';
import { newestManifest } from '../../checkpoints/newest-manifest.ts';
import { liveFolders } from './live-folders.ts';

/** The archive as the newest checkpoint names it, and its folder; null where there is no checkpoint. */
export async function newestArchivePart(
  dataFolder: string,
): Promise<{ readonly part: ArchivePart; readonly folder: string } | null> {
  const { checkpoints, archive: folder } = liveFolders(dataFolder);
  const newest = await newestManifest(checkpoints);
  const named = newest?.parts[ARCHIVE];
  return named === undefined ? null : { part: archivePart.parse(named), folder };
}
