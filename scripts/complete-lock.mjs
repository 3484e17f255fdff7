import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {object} LockEntry
 * @property {string} [version]
 * @property {Record<string, string>} [optionalDependencies]
 *
 * @typedef {{ packages: Record<string, LockEntry> }} Lock
 */

const SYSTEMS = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
];
const PROCESSORS = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64'];

/**
 * Optional packages that packages of the lock file name and the lock file lacks: those of other platforms,
 * which npm drops when it writes the file from an existing node_modules or can't find them
 * (github.com/npm/cli/issues/4828). `npm ci` refuses such a file.
 *
 * @param {Lock} lock
 * @returns {{ name: string, version: string }[]} sorted by name
 */
export function missingOptionalPackages(lock) {
  /** @type {Map<string, string>} */
  const missing = new Map();
  for (const [path, { optionalDependencies = {} }] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      const known = lock.packages[`node_modules/${name}`] ?? lock.packages[`${path}/node_modules/${name}`];
      if (!known) missing.set(name, version);
    }
  }
  const names = [...missing].map(([name, version]) => ({ name, version }));
  return names.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * What the lock file says about a platform's package: when to install it follows from its name. There is no
 * checksum, as nothing was fetched; npm adds it where it installs the package.
 *
 * @param {{ name: string, version: string }} missing
 */
function platformEntry({ name, version }) {
  const words = name.split(/[/@_.-]/).map((word) => (word.startsWith('arm-') ? 'arm' : word));
  const os = SYSTEMS.filter((system) => words.includes(system));
  const cpu = PROCESSORS.filter((processor) => words.includes(processor));
  if (os.length !== 1 || cpu.length > 1 || !/^\d+\.\d+\.\d+/.test(version))
    throw new Error(`the platform of ${name}@${version} can't be told from its name: run npm install for it`);
  const libc = words.some((word) => word.startsWith('musl')) ? { libc: ['musl'] } : {};
  return { version, cpu, ...libc, optional: true, os };
}

/**
 * Puts the missing packages into the lock file's table, in its order.
 *
 * @param {Lock} lock
 * @returns {Lock}
 */
export function completeLock(lock) {
  const added = missingOptionalPackages(lock).map((missing) => [
    `node_modules/${missing.name}`,
    platformEntry(missing),
  ]);
  const entries = [...Object.entries(lock.packages), ...added];
  entries.sort(([a], [b]) => String(a).localeCompare(String(b), 'en'));
  return { ...lock, packages: Object.fromEntries(entries) };
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const file = join(import.meta.dirname, '..', 'package-lock.json');
  /** @type {Lock} */
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  console.log(`${missingOptionalPackages(lock).length} optional packages added to package-lock.json`);
  writeFileSync(file, `${JSON.stringify(completeLock(lock), null, 2)}\n`);
}
