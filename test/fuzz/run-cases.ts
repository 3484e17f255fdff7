import { Worker } from 'node:worker_threads';
import type { FuzzMessage, FuzzTask } from './fuzz-worker.ts';
import type { Seed } from './mutate.ts';

export interface RunCasesOptions {
  readonly seeds: readonly Seed[];
  readonly runSeed: number;
  readonly mutations: number;
  readonly threads: number;
  /** The bundled thread entry. */
  readonly workerFile: string;
  /** A case that takes longer hangs. */
  readonly mostMs: number;
  /** Peak of the whole process; a case that needs more is a bomb. */
  readonly mostBytes: number;
}

export interface Failure {
  readonly number: number;
  readonly problem: string;
}

export interface RunReport {
  readonly verdicts: Readonly<Record<string, number>>;
  readonly failures: readonly Failure[];
  /** Cases with other figures and no checksum that could tell, ascending. */
  readonly changed: readonly number[];
  readonly peakBytes: number;
}

const LOOK_MS = 100;

/**
 * Runs all cases in threads, watched from outside: a case that ends its thread, takes too long or too much
 * memory is a failure like any other, and the thread's other cases go on without it.
 */
export async function runCases(options: RunCasesOptions): Promise<RunReport> {
  const { threads, mutations, mostMs, mostBytes } = options;
  const verdicts: Record<string, number> = {};
  const failures: Failure[] = [];
  const changed: number[] = [];
  const current = Array.from({ length: threads }, () => new Int32Array(new SharedArrayBuffer(4)));
  let peakBytes = 0;
  let isBomb = false;

  const take = (message: FuzzMessage): void => {
    if (message.kind === 'done') {
      for (const [verdict, count] of Object.entries(message.verdicts)) {
        verdicts[verdict] = (verdicts[verdict] ?? 0) + count;
      }
    } else if (message.result.verdict === 'changed') changed.push(message.number);
    else
      failures.push({
        number: message.number,
        problem: `${message.result.verdict}: ${message.result.problem}`,
      });
  };

  /** Runs a thread's cases from one on; resolves with the case that ended it, null when it ran them all. */
  const runFrom = (pulse: Int32Array, from: number): Promise<Failure | null> =>
    new Promise((resolve) => {
      pulse[0] = from;
      const { seeds, runSeed, workerFile } = options;
      const task: FuzzTask = { seeds, runSeed, from, to: mutations, step: threads, pulse };
      const worker = new Worker(workerFile, {
        workerData: task,
        resourceLimits: { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 64 },
      });
      let problem: string | null = null;
      let last = from;
      let sinceMs = performance.now();
      const watch = setInterval(() => {
        const number = Atomics.load(pulse, 0);
        if (number !== last) {
          last = number;
          sinceMs = performance.now();
        } else if (performance.now() - sinceMs > mostMs) {
          problem = `hangs: more than ${mostMs} ms`;
          worker.terminate();
        }
      }, LOOK_MS);
      worker.on('message', take);
      worker.on('error', (error) => {
        problem = `ends its thread: ${error.stack ?? error.message}`;
      });
      worker.on('exit', (code) => {
        clearInterval(watch);
        const number = Atomics.load(pulse, 0);
        if (number === -1 && problem === null) resolve(null);
        else resolve({ number, problem: problem ?? `ends its thread with code ${code}` });
      });
    });

  const lookAtMemory = setInterval(() => {
    peakBytes = Math.max(peakBytes, process.memoryUsage.rss(), process.resourceUsage().maxRSS * 1024);
    if (isBomb || peakBytes <= mostBytes) return;
    isBomb = true;
    const running = current.map((pulse) => Atomics.load(pulse, 0));
    const problem = `takes memory: the process is at ${peakBytes >> 20} MiB, at or before cases ${running.join(', ')}`;
    failures.push({ number: running[0] ?? 0, problem });
  }, LOOK_MS);
  try {
    await Promise.all(
      current.map(async (pulse, thread) => {
        for (let from = thread; from < mutations; ) {
          const failure = await runFrom(pulse, from);
          if (failure === null) return;
          failures.push(failure);
          from = failure.number + threads;
        }
      }),
    );
  } finally {
    clearInterval(lookAtMemory);
  }
  return { verdicts, failures, changed: changed.sort((a, b) => a - b), peakBytes };
}
