import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

/** Mounts a file system of 64 MB at the folder, in memory; gives why it can't be, else null. */
export function mountSmall(folder: string): string | null {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'none', folder], { stdio: 'pipe' });
    return null;
  } catch (error) {
    const said = (error as { readonly stderr?: Buffer }).stderr?.toString().trim();
    return said || String(error);
  }
}

/** Also while files in it are open. */
export function unmount(folder: string): void {
  execFileSync('umount', ['-l', folder]);
}

/** Writes a file until there is no room for more. */
export function fill(file: string): void {
  const block = Buffer.alloc(1 << 16);
  try {
    for (;;) writeFileSync(file, block, { flag: 'a' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}
