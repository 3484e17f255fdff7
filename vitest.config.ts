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
    // One more than there are cores: many of the files wait for a broker or a server.
    maxWorkers: availableParallelism() + 1,
    // Limits end what hangs: other tests may have the processors.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    expect: { poll: { timeout: 120_000 } },
    sequence: { sequencer: LongFilesFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{engine,components,app,scripts,bench}/**/*.test.{ts,tsx}'],
          // They leave nothing behind, so that a worker takes one file after another with what it has loaded.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'scenario',
          include: ['test/**/*.test.ts'],
          globalSetup: ['./scripts/build-for-tests.mjs'],
        },
      },
    ],
  },
});
