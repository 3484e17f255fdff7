import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cliTokenPath } from '../../engine/access/cli-token.ts';
import type { ServerStatus } from '../../engine/protocol/status.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Starting takes about a second, more where checkpoints are large or others work, too. */
const START_MS = 180_000;
const POLL_MS = 50;
/** A connection of its own for each: one that is kept may be closed by the server just as the next question goes out. */
const OWN = { connection: 'close' };

export interface LiveServerOptions {
  /** Holds its data folder `data` and its configuration. */
  readonly folder: string;
  readonly broker: string;
  readonly topic: string;
  readonly currency?: string;
  /** Of `gmv.config.ts`. */
  readonly live?: Readonly<Record<string, unknown>>;
  readonly args?: readonly string[];
  /** Files in this folder befall its threads and its disk, as `faults-within.mjs` says. */
  readonly faults?: string;
}

/** The built server as a process of its own, which reads a topic; its days are UTC's. */
export interface LiveServer {
  readonly dataFolder: string;
  /** Starts the process and does not wait for it. */
  launch(): void;
  /** Until it listens, and publishes. */
  ready(): Promise<void>;
  start(): Promise<void>;
  /** By SIGKILL; the next one need not wait until the lock that stays behind is stale. */
  kill(): Promise<void>;
  /** In order; gives the exit code. */
  stop(): Promise<number | null>;
  /** Of a process that is to end by itself. */
  ended(): Promise<number | null>;
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
  status(): Promise<ServerStatus>;
  /** Polls the status until it is as wanted; an error with the last one and the log after `ms`. */
  until(wanted: (status: ServerStatus) => boolean, ms?: number): Promise<ServerStatus>;
  /** Rows of `/api/view`. */
  view(parameters: Readonly<Record<string, string>>): Promise<ViewAnswer>;
  /** An answer of the API: a question, or with a body a change, as the command line of the same machine. */
  ask<T>(path: string, body?: unknown): Promise<T>;
  /** Everything that it has printed, over all its starts. */
  said(): string;
}

export interface ViewAnswer {
  readonly meta: { readonly missingDays: number; readonly note: string | null };
  readonly rows: readonly Readonly<Record<string, string | number | null>>[];
}

export function createLiveServer(options: LiveServerOptions): LiveServer {
  const { folder, broker, topic, currency = 'CNY', live = {}, args = [], faults } = options;
  const preloads = faults === undefined ? [] : ['--import', join(import.meta.dirname, 'faults-within.mjs')];
  const dataFolder = join(folder, 'data');
  const configFile = join(folder, 'gmv.config.mjs');
  writeFileSync(configFile, `export default ${JSON.stringify({ timeZone: 'UTC', currency, live })};\n`);
  let child: ChildProcess | null = null;
  let said = '';
  let url = '';

  const launch = (): void => {
    url = '';
    const source = ['--source', 'kafka', '--brokers', broker, '--topic', topic];
    const started = spawn(process.execPath, [...preloads, 'dist/server.js', ...source, ...args], {
      cwd: ROOT,
      env: {
        ...process.env,
        NODE_ENV: 'production',
        HOST: '127.0.0.1',
        PORT: '0',
        GMV_DATA: dataFolder,
        GMV_CONFIG: configFile,
        ...(faults !== undefined && { GMV_FAULTS: faults }),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = started;
    let mine = '';
    for (const stream of [started.stdout, started.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        mine += text;
        said += text;
        if (child === started) url = /The board is at (\S+)/.exec(mine)?.[1] ?? '';
      });
    }
  };

  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    const ending = child;
    child = null;
    if (!ending) return null;
    const exit = ending.exitCode === null && ending.signalCode === null ? once(ending, 'exit') : null;
    ending.kill(signal);
    await exit;
    // Whoever is not to die by it and does anyway has crashed.
    if (ending.signalCode !== null) said += `ended by ${ending.signalCode}\n`;
    return ending.exitCode;
  };

  const status = async (): Promise<ServerStatus> =>
    (await fetch(`${url}/api/status`, { headers: OWN })).json();

  const until: LiveServer['until'] = async (wanted, ms = START_MS) => {
    let last: ServerStatus | null = null;
    for (const untilMs = Date.now() + ms; Date.now() < untilMs; await sleep(POLL_MS)) {
      if (child && child.exitCode !== null) throw new Error(`the server ended:\n${said}`);
      if (url === '') continue;
      last = await status().catch(() => null);
      if (last && wanted(last)) return last;
    }
    throw new Error(`not as wanted after ${ms} ms:\n${JSON.stringify(last)}\n${said.slice(-4000)}`);
  };

  const ready = async (): Promise<void> => void (await until(({ epoch }) => epoch > 0));

  return {
    dataFolder,
    launch,
    ready,
    async start() {
      launch();
      await ready();
    },
    async kill() {
      await end('SIGKILL');
      rmSync(`${dataFolder}.lock`, { recursive: true, force: true });
    },
    stop: () => end('SIGTERM'),
    async ended() {
      const ending = child;
      // All that it said has come, too.
      if (ending && ending.exitCode === null) await once(ending, 'close');
      return ending?.exitCode ?? null;
    },
    signal: (signal) => void child?.kill(signal),
    status,
    until,
    async view(parameters) {
      const response = await fetch(`${url}/api/view?${new URLSearchParams(parameters)}`, { headers: OWN });
      if (!response.ok) throw new Error(`${JSON.stringify(parameters)}: ${await response.text()}`);
      return (await response.json()) as ViewAnswer;
    },
    async ask<T>(path: string, body?: unknown) {
      const token = readFileSync(cliTokenPath(join(dataFolder, 'access')), 'utf8').trim();
      const headers = { ...OWN, authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const change = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
      const response = await fetch(url + path, { headers, ...change });
      if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
      return (await response.json()) as T;
    },
    said: () => said,
  };
}
