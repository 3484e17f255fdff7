import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { LongFilesFirst } from './scripts/long-files-first.mjs';

const report = process.env.GMV_TEST_REPORT;

/** `unit`: tests beside what they test. `scenario`: whole runs in test/, which need the built engine. */
export default defineConfig({
  test: {
    reporters: [
      'default',
      ...(report
        ? [['./scripts/vitest-counts.mjs', { outputFile: report }] as [string, Record<string, unknown>]]
        : []),
    ],
    passWithNoTests: true,
    pool: 'forks',
    // Vitest's own choice leaves a core free: many of the files wait for a broker or a server.
    maxWorkers: Math.max(2, availableParallelism()),
    sequence: { sequencer: LongFilesFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{engine,components,app,scripts,bench}/**/*.test.{ts,tsx}'],
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'scenario',
          include: ['test/**/*.test.ts'],
          globalSetup: ['./scripts/build-for-tests.mjs'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
