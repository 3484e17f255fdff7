import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';

/**
 * How often the laws are tried: `GMV_LAWS=20 npx vitest run test/laws` tries each twenty times as often. A failure
 * prints fast-check's seed and path; `{ seed, path }` in its place repeats it.
 */
const FACTOR = Number(process.env.GMV_LAWS ?? 1);

export const cases = (usual: number): { readonly numRuns: number } => ({
  numRuns: Math.max(1, Math.round(usual * FACTOR)),
});

/** `toEqual` for large data: it takes its time over typed arrays, so it is only asked to say what differs. */
export function expectSame(actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toEqual(expected);
}
