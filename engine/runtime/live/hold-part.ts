import { dirname, join } from 'node:path';
import type { ArchivePart } from '../../archive/archive-part.ts';
import type { HeldFiles } from '../../datasets/hold-files.ts';

/** Files of an archive that stay where they are until they are released. */
export interface HeldPart {
  readonly part: ArchivePart;
  readonly folder: string;
  release(): Promise<void>;
}

/**
 * Holds the files of a part, so that no compaction takes them away while they are read.
 *
 * @throws the file system's error, `ENOENT` where one of them is gone.
 */
export async function holdPart(held: HeldFiles, folder: string, part: ArchivePart): Promise<HeldPart> {
  const flat = (name: string): string => name.replaceAll('/', '~');
  const files = part.files.map(({ name }) => ({ path: join(folder, name), as: flat(name) }));
  const { paths, release } = await held.hold(files);
  const [first] = paths;
  return {
    part: { ...part, files: part.files.map((file) => ({ ...file, name: flat(file.name) })) },
    folder: first === undefined ? folder : dirname(first),
    release,
  };
}
