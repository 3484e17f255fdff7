import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../scripts/free-port.mjs';

const ROOT = join(import.meta.dirname, '..');
const READY_MS = 180_000;
const STOP_MS = 90_000;

/** The real server as a user starts it, with a data folder and a port of its own. */
export interface LiveServer {
  readonly url: string;
  readonly dataFolder: string;
  readonly timeZone: string;
  /** Starts again on the same folder and port; resolves when it is ready. */
  start(nodeOptions?: readonly string[]): Promise<void>;
  /** Doesn't wait for what comes of it. SIGSTOP and SIGCONT freeze and thaw it, as a machine that swaps does. */
  signal(signal: NodeJS.Signals): void;
  /** Ctrl-C or SIGTERM; gives the exit code, as a shell sees it. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
  /** Ends it and removes its folder. */
  discard(): Promise<void>;
  /** All that it printed. */
  log(): string;
}

/**
 * A zone in which it is now between three and four in the morning: today is then short, its sample small, and
 * no day is sealed or begins while tests run.
 */
function earlyMorningZone(now: Date): string {
  const ahead = (3 - now.getUTCHours() + 24) % 24;
  const offset = ahead > 12 ? ahead - 24 : ahead;
  // POSIX: Etc/GMT-8 is eight hours ahead of UTC.
  return offset === 0 ? 'UTC' : `Etc/GMT${offset > 0 ? '-' : '+'}${Math.abs(offset)}`;
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean =>
  exitCode !== null || signalCode !== null;

/**
 * Prepares a server; `start` starts it.
 *
 * @param settings over those of the tests, as `gmv.config.ts` has them
 */
export async function createLiveServer(sampleEvents = 30_000, settings: object = {}): Promise<LiveServer> {
  const folder = mkdtempSync(join(tmpdir(), 'gmv-e2e-'));
  const dataFolder = join(folder, 'data');
  const timeZone = earlyMorningZone(new Date());
  const config = {
    timeZone,
    currency: 'CNY',
    simulator: { seed: 7, eventsPerSecond: 200, sampleEvents },
    ...settings,
  };
  const configFile = join(folder, 'gmv.config.ts');
  writeFileSync(configFile, `export default ${JSON.stringify(config)};\n`);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | null = null;
  let log = '';

  const isReady = async (): Promise<boolean> => {
    try {
      return (await fetch(`${url}/healthz`, { headers: { connection: 'close' } })).ok;
    } catch {
      return false;
    }
  };

  const server: LiveServer = {
    url,
    dataFolder,
    timeZone,
    async start(nodeOptions = []) {
      const started = spawn(process.execPath, [...nodeOptions, 'scripts/start.mjs'], {
        cwd: ROOT,
        env: {
          ...process.env,
          HOST: '127.0.0.1',
          PORT: String(port),
          GMV_DATA: dataFolder,
          GMV_CONFIG: configFile,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child = started;
      for (const stream of [started.stdout, started.stderr]) {
        stream.on('data', (chunk) => {
          log += chunk;
        });
      }
      const deadline = Date.now() + READY_MS;
      while (!(await isReady())) {
        if (hasEnded(started)) throw new Error(`the server ended:\n${log}`);
        if (Date.now() > deadline) throw new Error(`the server is not ready after ${READY_MS} ms:\n${log}`);
        await new Promise((again) => setTimeout(again, 100));
      }
    },
    signal: (signal) => void child?.kill(signal),
    async stop(signal = 'SIGTERM') {
      const stopped = child;
      child = null;
      if (!stopped || hasEnded(stopped)) return stopped?.exitCode ?? null;
      const ended = new Promise<number>((done) => {
        stopped.once('exit', (code, by) => done(code ?? 128 + (by ? constants.signals[by] : 0)));
      });
      stopped.kill(signal);
      const timer = setTimeout(() => stopped.kill('SIGKILL'), STOP_MS);
      const code = await ended;
      clearTimeout(timer);
      return code;
    },
    async discard() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
    log: () => log,
  };
  return server;
}
