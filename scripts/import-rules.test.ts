import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { afterAll, describe, expect, test } from 'vitest';
import config from '../.dependency-cruiser.mjs';

const { forbidden = [], options = {} } = config;
const ruleNames = forbidden.map(({ name }) => name ?? 'a rule without a name');

type Files = Readonly<Record<string, string>>;

const imports = (...paths: string[]): string => paths.map((path) => `import '${path}';`).join('\n');

/** For every rule: files that break it. The first file is the offender. */
const OFFENCES: Readonly<Record<string, readonly Files[]>> = {
  'leaf-protocol': [
    { 'engine/protocol/frames.ts': imports('../errors.ts'), 'engine/errors.ts': '' },
    { 'engine/protocol/frames.ts': "import type { Hash } from 'node:crypto';\nexport type X = Hash;" },
  ],
  'leaf-definitions': [
    { 'engine/definitions/metric.ts': imports('../events/hash.ts'), 'engine/events/hash.ts': '' },
  ],
  'room-plan': [{ 'engine/plan/compile.ts': imports('../state/table.ts'), 'engine/state/table.ts': '' }],
  'room-calendar': [{ 'engine/calendar/day.ts': imports('../events/hash.ts'), 'engine/events/hash.ts': '' }],
  'room-events': [
    { 'engine/events/decode.ts': imports('../sources/source.ts'), 'engine/sources/source.ts': '' },
  ],
  'room-figures': [{ 'engine/figures/epoch.ts': imports('../plan/plan.ts'), 'engine/plan/plan.ts': '' }],
  'room-state': [
    { 'engine/state/table.ts': imports('../aggregates/sum.ts'), 'engine/aggregates/sum.ts': '' },
  ],
  'room-aggregates': [
    { 'engine/aggregates/sum.ts': imports('../operators/rollup.ts'), 'engine/operators/rollup.ts': '' },
  ],
  'room-operators': [
    { 'engine/operators/tap.ts': imports('../sources/source.ts'), 'engine/sources/source.ts': '' },
    { 'engine/operators/tap.ts': imports('../store/store.ts'), 'engine/store/store.ts': '' },
  ],
  'room-sources': [
    { 'engine/sources/kafka/read.ts': imports('../../hub/hub.ts'), 'engine/hub/hub.ts': '' },
    { 'engine/sources/hybrid.ts': imports('../store/store.ts'), 'engine/store/store.ts': '' },
  ],
  'room-archive': [
    { 'engine/archive/write.ts': imports('../history/file.ts'), 'engine/history/file.ts': '' },
  ],
  'room-dead-letters': [
    {
      'engine/dead-letters/read.ts': imports('../checkpoints/manifest.ts'),
      'engine/checkpoints/manifest.ts': '',
    },
  ],
  'room-checkpoints': [
    {
      'engine/checkpoints/write.ts': imports('../sources/parquet/read.ts'),
      'engine/sources/parquet/read.ts': '',
    },
  ],
  'room-datasets': [
    { 'engine/datasets/list.ts': imports('../runtime/replay.ts'), 'engine/runtime/replay.ts': '' },
  ],
  'room-access': [{ 'engine/access/open.ts': imports('../history/file.ts'), 'engine/history/file.ts': '' }],
  'room-history': [{ 'engine/history/file.ts': imports('../store/store.ts'), 'engine/store/store.ts': '' }],
  'room-store': [
    { 'engine/store/view.ts': imports('../runtime/pipeline.ts'), 'engine/runtime/pipeline.ts': '' },
  ],
  'room-hub': [
    { 'engine/hub/hub.ts': imports('../definitions/metric.ts'), 'engine/definitions/metric.ts': '' },
  ],
  'room-http': [{ 'engine/http/api.ts': imports('../store/store.ts'), 'engine/store/store.ts': '' }],
  'room-export': [
    { 'engine/export/flink.ts': imports('../runtime/pipeline.ts'), 'engine/runtime/pipeline.ts': '' },
  ],
  'only-runtime-builds-operators': [
    { 'engine/jobs/backfill.ts': imports('../operators/rollup.ts'), 'engine/operators/rollup.ts': '' },
  ],
  'components-see-protocol-and-definitions': [
    { 'components/board/tile.tsx': imports('../../engine/figures/epoch.ts'), 'engine/figures/epoch.ts': '' },
    { 'components/board/tile.tsx': imports('../../app/page.tsx'), 'app/page.tsx': '' },
  ],
  'app-places-components': [
    { 'app/page.tsx': imports('../engine/store/store.ts'), 'engine/store/store.ts': '' },
  ],
  'engine-knows-no-screen': [
    { 'engine/engine.ts': imports('../components/tile.tsx'), 'components/tile.tsx': '' },
    { 'engine/engine.ts': imports('react') },
    { 'engine/engine.ts': imports('next/server.js') },
  ],
  'configuration-is-an-argument': [{ 'engine/hub/hub.ts': imports('../config.ts'), 'engine/config.ts': '' }],
  'no-tests-in-the-product': [
    { 'engine/store/view.ts': imports('../../test/builders.ts'), 'test/builders.ts': '' },
    { 'engine/store/view.ts': imports('./rows.test.ts'), 'engine/store/rows.test.ts': '' },
  ],
  'no-cycles': [
    {
      'engine/store/a.ts': "import type { B } from './b.ts';\nexport type A = B;",
      'engine/store/b.ts': "import type { A } from './a.ts';\nexport type B = A;",
    },
  ],
  'no-barrels': [
    {
      'engine/store/view-query.ts': "export { view } from './view.ts';",
      'engine/store/view.ts': 'export const view = 1;',
    },
  ],
  'no-index-files': [
    { 'engine/store/query.ts': imports('./index.ts'), 'engine/store/index.ts': 'export {};' },
  ],
  'no-orphans': [{ 'engine/store/left-over.ts': 'export const leftOver = 1;' }],
  'no-unresolvable': [{ 'engine/store/view.ts': imports('./gone.ts') }],
};

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Lays the files out in a folder of their own and gives the rules that they break, as `rule: file`. */
async function brokenRules(files: Files): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'gmv-rules-'));
  folders.push(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), `${text}\n`);
  }
  const { exclude, doNotFollow, tsPreCompilationDeps, enhancedResolveOptions } = options;
  const { output } = await cruise(
    [...new Set(Object.keys(files).map((path) => path.split('/')[0] ?? path))],
    {
      baseDir: folder,
      validate: true,
      ruleSet: { forbidden },
      exclude,
      doNotFollow,
      tsPreCompilationDeps,
      enhancedResolveOptions,
    },
  );
  const { summary } = output as ICruiseResult;
  return summary.violations.map(({ rule, from }) => `${rule.name}: ${from}`);
}

describe('every import rule bites', () => {
  test.each(ruleNames)('%s', async (name) => {
    const offences = OFFENCES[name];
    expect(offences, `no offence is written down for the rule ${name}`).toBeDefined();
    for (const files of offences ?? []) {
      expect(await brokenRules(files)).toContain(`${name}: ${Object.keys(files)[0]}`);
    }
  });
});

test('code that keeps to the rules breaks none', async () => {
  const files = {
    'engine/runtime/pipeline.ts': imports('../operators/rollup.ts', '../config.ts'),
    'engine/operators/rollup.ts': imports('../state/table.ts', '../errors.ts'),
    'engine/operators/rollup.test.ts': imports('./rollup.ts', '../runtime/pipeline.ts'),
    'engine/state/table.ts': imports('../events/hash.ts'),
    'engine/events/hash.ts': 'export const hash = 1;',
    'engine/config.ts': '',
    'engine/errors.ts': '',
    'components/tile.tsx': imports('../engine/protocol/view.ts'),
    'engine/protocol/view.ts': '',
    'app/page.tsx': imports('../components/tile.tsx'),
  };
  expect(await brokenRules(files)).toEqual([]);
});

test('every rule says where to import from instead', () => {
  for (const { name, comment } of forbidden) expect(comment, name).toMatch(/.{30,}\.$/);
});
