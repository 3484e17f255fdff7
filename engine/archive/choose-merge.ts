import type { ArchiveFile } from './archive-part.ts';

export interface MergeLimits {
  /** Files of at least half of either are left as they are. */
  readonly rows: number;
  readonly bytes: number;
  /** So many files of about one size become one. */
  readonly fanIn: number;
}

/**
 * Which files to make one of, all of one day and with the same columns; null: none. Files of about one size go together,
 * so that a row is written anew only as often as sizes grow by `fanIn`.
 */
export function chooseMerge(
  files: readonly ArchiveFile[],
  limits: MergeLimits,
): readonly ArchiveFile[] | null {
  const tiers = new Map<string, ArchiveFile[]>();
  for (const file of files) {
    if (file.rows * 2 >= limits.rows || file.bytes * 2 >= limits.bytes) continue;
    const tier = Math.floor(Math.log(Math.max(1, file.rows)) / Math.log(limits.fanIn));
    const key = `${file.day} ${file.columns} ${tier}`;
    tiers.set(key, [...(tiers.get(key) ?? []), file]);
  }
  for (const of of tiers.values()) {
    if (of.length < limits.fanIn) continue;
    const chosen = firstThatFit(of, limits);
    if (chosen.length >= 2) return chosen;
  }
  return null;
}

/** The oldest of them, as many as fit into one file. */
function firstThatFit(files: readonly ArchiveFile[], limits: MergeLimits): ArchiveFile[] {
  const chosen: ArchiveFile[] = [];
  let rows = 0;
  let bytes = 0;
  for (const file of [...files].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    rows += file.rows;
    bytes += file.bytes;
    if (rows > limits.rows || bytes > limits.bytes) break;
    chosen.push(file);
  }
  return chosen;
}
