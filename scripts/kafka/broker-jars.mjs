import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import lockfile from 'proper-lockfile';
import { runCommand } from '../run-command.mjs';

const POM = join(import.meta.dirname, 'pom.xml');
const OLDEST_JAVA = 17;
/** How long Maven may take to download, and how often it is tried; ms. */
const DOWNLOAD_MS = 300_000;
const TRIES = 2;

/** Java's command: that of JAVA_HOME, where it is set. */
export const javaCommand = () =>
  process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'java') : 'java';

function kafkaVersion() {
  const [, version] = /<kafka\.version>(.+)<\/kafka\.version>/.exec(readFileSync(POM, 'utf8')) ?? [];
  if (!version) throw new Error(`${POM} names no kafka.version`);
  return version;
}

/** @param {string} version of Kafka */
const jarFolder = (version) =>
  join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'gmv', `kafka-${version}`);

/**
 * What this machine lacks for a broker, and the way out; null where it lacks nothing.
 *
 * @param {{ java?: string, maven?: string, jars?: string }} [places]
 * @returns {string | null}
 */
export function brokerMissing({
  java = javaCommand(),
  maven = 'mvn',
  jars = jarFolder(kafkaVersion()),
} = {}) {
  const { status, stderr } = spawnSync(java, ['-version'], { encoding: 'utf8' });
  const remedy = `install Java ${OLDEST_JAVA} or newer, or let JAVA_HOME name one`;
  if (status !== 0) return `no Java (${java} does not run): ${remedy}`;
  const [, found = '?'] = /version "(1\.\d+|\d+)/.exec(stderr) ?? [];
  if (!(Number(found) >= OLDEST_JAVA)) return `Java ${found} is too old for Kafka: ${remedy}`;
  if (existsSync(jars) || spawnSync(maven, ['-version']).status === 0) return null;
  return `no Maven (${maven} does not run), which fetches Kafka the first time: install it`;
}

/**
 * Fetches Kafka through Maven into the user's cache folder, once.
 *
 * @param {(line: string) => void} say
 * @param {AbortSignal} [signal] ends it
 * @returns {Promise<string>} the folder of its jars
 */
export async function provideBrokerJars(say, signal) {
  const version = kafkaVersion();
  const folder = jarFolder(version);
  if (existsSync(folder)) return folder;
  mkdirSync(dirname(folder), { recursive: true });
  // One at a time: Maven's own folder is not made for two that fetch the same.
  const retries = { retries: DOWNLOAD_MS / 500, factor: 1, minTimeout: 500, maxTimeout: 500 };
  const unlock = await lockfile.lock(folder, { realpath: false, retries });
  try {
    if (!existsSync(folder)) await fetchJars({ version, folder, say, signal });
  } finally {
    await unlock();
  }
  return folder;
}

/** @param {{ version: string, folder: string, say: (line: string) => void, signal?: AbortSignal }} options */
async function fetchJars({ version, folder, say, signal }) {
  say(`Fetching Kafka ${version} through Maven (43 MB, this once) …`);
  const unfinished = `${folder}.${process.pid}`;
  const args = ['-q', '-B', '-f', POM, 'dependency:copy-dependencies', `-DoutputDirectory=${unfinished}`];
  try {
    for (let left = TRIES; ; left--) {
      const { code, output, problem } = await runCommand('mvn', args, { timeoutMs: DOWNLOAD_MS });
      if (code === 0) break;
      signal?.throwIfAborted();
      const line = output.split('\n').find((text) => text.includes('ERROR'));
      const why = problem ?? line?.trim() ?? `exit code ${code}`;
      if (left <= 1) throw new Error(`Maven can't fetch Kafka ${version}: ${why}`);
      say(`Maven failed (${why}); trying again …`);
    }
    renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}
