import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** @typedef {{ engine?: string, app?: string }} Stamp hashes of the inputs that each build was made of */

/**
 * @param {string} root
 * @returns {Stamp} empty where nothing was built, or the stamp can't be read
 */
export function readStamp(root) {
  try {
    return JSON.parse(readFileSync(join(root, 'dist', '.stamp'), 'utf8'));
  } catch {
    return {};
  }
}

/**
 * Sets or (with `undefined`) clears one entry, atomically. A build clears its entry first and sets it last, so
 * that an interrupted one is done again.
 *
 * @param {string} root
 * @param {keyof Stamp} name
 * @param {string | undefined} hash
 */
export function writeStamp(root, name, hash) {
  const file = join(root, 'dist', '.stamp');
  const temporary = `${file}.${process.pid}`;
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(temporary, JSON.stringify({ ...readStamp(root), [name]: hash }));
  renameSync(temporary, file);
}
