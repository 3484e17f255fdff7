import { parentPort, workerData } from 'node:worker_threads';
import { type CaseResult, createCases } from './fuzz-case.ts';
import type { Seed } from './mutate.ts';

export interface FuzzTask {
  readonly seeds: readonly Seed[];
  readonly runSeed: number;
  /** Cases from, from + step, … below `to`. */
  readonly from: number;
  readonly to: number;
  readonly step: number;
  /** One number: the case that is being run, or −1. */
  readonly pulse: Int32Array;
}

export type FuzzMessage =
  | { readonly kind: 'case'; readonly number: number; readonly result: CaseResult }
  | { readonly kind: 'done'; readonly verdicts: Readonly<Record<string, number>> };

/** Verdicts that are told one by one; the others are counted. */
const TOLD = ['changed', 'silently changed', 'broken'];

/** Thread entry: runs its cases, one after the other, and says before each which one it is. */
const { seeds, runSeed, from, to, step, pulse } = workerData as FuzzTask;
const cases = await createCases(seeds);
const verdicts: Record<string, number> = {};
for (let number = from; number < to; number += step) {
  Atomics.store(pulse, 0, number);
  const result = await cases.run(runSeed, number);
  verdicts[result.verdict] = (verdicts[result.verdict] ?? 0) + 1;
  if (TOLD.includes(result.verdict)) {
    parentPort?.postMessage({ kind: 'case', number, result } satisfies FuzzMessage);
  }
}
Atomics.store(pulse, 0, -1);
parentPort?.postMessage({ kind: 'done', verdicts } satisfies FuzzMessage);
