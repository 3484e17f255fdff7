import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

/**
 * Lists files under the paths (files or folders, missing ones are passed over), sorted, tests left out.
 *
 * @param {string} root
 * @param {readonly string[]} paths relative to root
 * @returns {string[]} relative to root
 */
export function listInputs(root, paths) {
  /** @type {string[]} */
  const found = [];
  /** @param {string} path */
  const visit = (path) => {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat) return;
    if (stat.isDirectory()) for (const name of readdirSync(path)) visit(join(path, name));
    else if (!/\.test\.tsx?$/.test(path)) found.push(relative(root, path));
  };
  for (const path of paths) visit(join(root, path));
  return found.sort();
}

/**
 * SHA-256 (hex) over names and contents: equal hashes mean that a build would give the same again.
 *
 * @param {string} root
 * @param {readonly string[]} paths
 * @returns {string}
 */
export function sourceHash(root, paths) {
  const hash = createHash('sha256');
  for (const file of listInputs(root, paths)) {
    const bytes = readFileSync(join(root, file));
    hash.update(`${file}\0${bytes.length}\0`).update(bytes);
  }
  return hash.update(process.versions.node.split('.')[0] ?? '').digest('hex');
}
