import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, stop } from 'esbuild';
import lockfile from 'proper-lockfile';
import { sourceHash } from './source-hash.mjs';
import { readStamp, writeStamp } from './stamp.mjs';

/** The package's folder. */
export const ROOT = resolve(import.meta.dirname, '..');

const ENTRIES = {
  server: 'server.ts',
  cli: 'engine/cli.ts',
  'threads/live-thread': 'engine/runtime/threads/live-thread.ts',
  'threads/filter-thread': 'engine/runtime/threads/filter-thread.ts',
  'threads/history-thread': 'engine/runtime/threads/history-thread.ts',
  'threads/parity-thread': 'engine/runtime/threads/parity-thread.ts',
  'threads/jobs-thread': 'engine/runtime/threads/jobs-thread.ts',
  'threads/data-thread': 'engine/runtime/threads/data-thread.ts',
  'threads/intake-thread': 'engine/runtime/threads/intake-thread.ts',
  'threads/archive-thread': 'engine/runtime/threads/archive-thread.ts',
  'threads/unit-thread': 'engine/runtime/threads/unit-thread.ts',
};

const ENGINE_INPUTS = ['server.ts', 'engine', 'package-lock.json', 'scripts/build.mjs'];
const APP_INPUTS = [
  'app',
  'components',
  'public',
  'next.config.js',
  'engine/protocol',
  'engine/definitions',
  'package-lock.json',
];

/** @param {string} line */
const say = (line) => process.stderr.write(`${line}\n`);

/**
 * esbuild's options for the server, the CLI and the threads: one self-contained file each, packages external.
 *
 * @param {string} root
 * @returns {import('esbuild').BuildOptions & { write: false }}
 */
export function engineBuildOptions(root = ROOT) {
  const present = Object.entries(ENTRIES).filter(([, file]) => existsSync(join(root, file)));
  return {
    absWorkingDir: root,
    entryPoints: Object.fromEntries(present),
    outdir: 'dist',
    bundle: true,
    packages: 'external',
    // Every thread and the command line load it: as one file instead of ninety in half the time.
    alias: { zod: join(root, 'node_modules', 'zod', 'index.js') },
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: true,
    sourcesContent: false,
    logLevel: 'warning',
    write: false,
  };
}

/**
 * Writes each output beside its place and renames it there: a process that starts meanwhile reads either the
 * old file or the new one, whole.
 *
 * @param {readonly import('esbuild').OutputFile[]} files
 */
export function writeOutputs(files) {
  for (const { path, contents } of files) {
    const temporary = `${path}.${process.pid}`;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(temporary, contents);
    renameSync(temporary, path);
  }
}

/**
 * Bundles what is missing or stale of the engine into `dist/`.
 *
 * @param {{ root?: string, force?: boolean }} [options]
 * @returns {Promise<boolean>} whether anything had to be built
 */
export async function buildEngine({ root = ROOT, force = false } = {}) {
  const hash = sourceHash(root, ENGINE_INPUTS);
  const options = engineBuildOptions(root);
  const outputs = Object.keys(options.entryPoints ?? {}).map((name) => join(root, 'dist', `${name}.js`));
  if (!force && readStamp(root).engine === hash && outputs.every((file) => existsSync(file))) return false;
  writeStamp(root, 'engine', undefined);
  const { outputFiles } = await build(options);
  // Its service would stay beside the server.
  await stop();
  writeOutputs(outputFiles);
  writeStamp(root, 'engine', hash);
  return true;
}

/**
 * Runs `next build` when the pages' sources are newer than what it last made.
 *
 * @param {{ root?: string, force?: boolean }} [options]
 * @returns {Promise<boolean>} whether anything had to be built
 */
export async function buildApp({ root = ROOT, force = false } = {}) {
  if (!existsSync(join(root, 'app'))) return false;
  const hash = sourceHash(root, APP_INPUTS);
  if (!force && readStamp(root).app === hash && existsSync(join(root, '.next', 'BUILD_ID'))) return false;
  const unlock = await lockBuild(root);
  try {
    // Another process may have built it while this one waited.
    if (!force && readStamp(root).app === hash && existsSync(join(root, '.next', 'BUILD_ID'))) return true;
    say('Building the pages (next build), about a minute …');
    writeStamp(root, 'app', undefined);
    await runNextBuild(root);
    writeStamp(root, 'app', hash);
  } finally {
    await unlock();
  }
  return true;
}

/**
 * One `next build` at a time: Next refuses a second one, this one waits.
 *
 * @param {string} root
 * @returns {Promise<() => Promise<void>>}
 */
async function lockBuild(root) {
  mkdirSync(join(root, 'dist'), { recursive: true });
  const retries = { retries: 600, factor: 1, minTimeout: 500, maxTimeout: 500 };
  return lockfile.lock(join(root, 'dist'), { stale: 10_000, retries });
}

/**
 * @param {string} root
 * @returns {Promise<void>}
 */
function runNextBuild(root) {
  const next = join(root, 'node_modules', 'next', 'dist', 'bin', 'next');
  /** @type {NodeJS.ProcessEnv} */
  const env = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' };
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [next, 'build'], {
      cwd: root,
      env,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const stop = () => child.kill('SIGTERM');
    process.once('exit', stop);
    child.once('error', fail);
    child.once('exit', (code, signal) => {
      process.off('exit', stop);
      if (code === 0) done();
      else fail(new Error(`next build failed (${signal ?? `exit code ${code}`}): its messages stand above`));
    });
  });
}

/** @param {readonly string[]} args */
async function main(args) {
  const unknown = args.filter((arg) => !['--engine-only', '--force'].includes(arg));
  if (unknown.length > 0)
    throw new Error(`unknown option ${unknown[0]}: give --engine-only, --force or nothing`);
  const force = args.includes('--force');
  const engine = await buildEngine({ force });
  const app = args.includes('--engine-only') ? false : await buildApp({ force });
  say(engine || app ? 'Built.' : 'Nothing to build: all is up to date.');
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  main(process.argv.slice(2)).catch((error) => {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  });
}
