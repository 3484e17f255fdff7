import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loanOf } from '../state/loan.ts';
import type { CheckpointContents, CheckpointDraft, SkippedCheckpoint } from './checkpoint.ts';
import { CHECKPOINT_VERSION } from './manifest.ts';
import { openCheckpoints } from './open-checkpoints.ts';

interface Contents extends CheckpointContents {
  readonly plan: { readonly fingerprint: string };
  readonly snapshot: unknown;
  readonly parts: { readonly archive: { readonly files: readonly string[] } };
  readonly runFacts: { readonly watermarkMs: number };
}

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gmv-checkpoints-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const stateOf = (n: number) => ({
  days: [{ index: n, ids: Uint32Array.of(n, 0xffff_ffff), sums: Float64Array.of(n / 3) }, { none: null }],
});

const draft = (n: number, snapshot: unknown = stateOf(n)): CheckpointDraft<Contents> => ({
  takenAtMs: 1000 + n,
  plan: { fingerprint: 'plan' },
  snapshot: loanOf(snapshot),
  offsets: { 'orders/0': String(n), '7': '9007199254740993' },
  parts: { archive: Promise.resolve({ files: [`${n}.parquet`] }) },
  runFacts: { watermarkMs: n },
});

const open = (onSkip?: (skipped: SkippedCheckpoint) => void, keep = 3) =>
  openCheckpoints<Contents>({ folder, keep, ...(onSkip ? { onSkip } : {}) });

async function writeUpTo(last: number): Promise<void> {
  const checkpoints = await open();
  for (let n = 1; n <= last; n++) await checkpoints.write(draft(n));
}

/** Writes over part of a file. */
function damage(file: string, change: (bytes: Buffer) => Buffer): void {
  const path = join(folder, file);
  writeFileSync(path, change(readFileSync(path)));
}

const NEWEST = '000000000003';

it('gives back what was written, the newest first, and keeps as many as it was told to', async () => {
  expect(await (await open()).newest()).toBeNull();
  const checkpoints = await open(undefined, 2);
  for (const n of [1, 2, 3, 4]) {
    const written = await checkpoints.write(draft(n));
    expect(written.id).toBe(n);
    expect(checkpoints.manifests().map(({ id }) => id)).toEqual(n === 1 ? [1] : [n - 1, n]);
  }
  expect(readdirSync(folder).sort()).toEqual([
    '000000000003.json',
    '000000000003.state',
    '000000000004.json',
    '000000000004.state',
  ]);
  const again = await open(undefined, 2);
  expect(again.manifests().map(({ parts }) => parts)).toEqual([
    { archive: { files: ['3.parquet'] } },
    { archive: { files: ['4.parquet'] } },
  ]);
  const { snapshot: _, parts: __, ...rest } = draft(4);
  expect(await again.newest()).toEqual({
    checkpoint: { ...rest, id: 4, snapshot: stateOf(4), parts: { archive: { files: ['4.parquet'] } } },
    skipped: [],
  });
  expect((await again.write(draft(5))).id).toBe(5);
});

it('gives any plain data back as it was', async () => {
  const array = fc.oneof(
    fc.uint8Array(),
    fc.uint16Array(),
    fc.int32Array(),
    fc.uint32Array(),
    fc.float64Array(),
  );
  const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0);
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.oneof(array, number, fc.integer(), fc.string(), fc.boolean(), fc.constant(null)),
      fc.array(tie('tree'), { maxLength: 4 }),
      fc.dictionary(fc.string(), tie('tree'), { maxKeys: 4, noNullPrototype: true }),
    ),
  }));
  const checkpoints = await open();
  await fc.assert(
    fc.asyncProperty(tree, async (snapshot) => {
      await checkpoints.write(draft(1, snapshot));
      expect((await checkpoints.newest())?.checkpoint.snapshot).toEqual(snapshot);
    }),
    { numRuns: 60 },
  );
});

it('passes a damaged one over for good, says why, and removes it once there is a newer one', async () => {
  const cases: readonly [string, () => void, RegExp][] = [
    [
      'a state file that lost its end',
      () => damage(`${NEWEST}.state`, (b) => b.subarray(0, -9)),
      /has \d+ bytes, not/,
    ],
    ['no state file', () => rmSync(join(folder, `${NEWEST}.state`)), /state file is missing/],
    [
      'an empty manifest',
      () => damage(`${NEWEST}.json`, () => Buffer.alloc(0)),
      /manifest is damaged or cut off/,
    ],
    [
      'a state file of another checkpoint',
      () => damage(`${NEWEST}.state`, () => readFileSync(join(folder, '000000000002.state'))),
      /state file is another one/,
    ],
  ];
  for (const [what, harm, reason] of cases) {
    rmSync(folder, { recursive: true });
    await writeUpTo(3);
    harm();
    const told: SkippedCheckpoint[] = [];
    const found = await (await open((skipped) => told.push(skipped))).newest();
    expect(found?.checkpoint.snapshot, what).toEqual(stateOf(2));
    expect(found?.skipped, what).toEqual([{ name: NEWEST, reason: expect.stringMatching(reason) }]);
    expect(told, what).toEqual(found?.skipped);

    // What was passed over never comes back, as the run goes on without it.
    const checkpoints = await open();
    expect((await checkpoints.newest())?.skipped, what).toEqual([]);
    expect(checkpoints.manifests().map(({ id }) => id)).toEqual([1, 2]);
    await checkpoints.write(draft(4));
    expect(readdirSync(folder).filter((file) => file.includes('damaged'))).toEqual([]);
  }
});

it('refuses to begin anew in silence where none is whole', async () => {
  await writeUpTo(2);
  for (const file of ['000000000001.state', '000000000002.json']) damage(file, (b) => b.subarray(1));
  await expect((await open()).newest()).rejects.toMatchObject({
    code: 'checkpoint_damaged',
    message: expect.stringMatching(/000000000002: its manifest.*; 000000000001: its state file/),
  });
});

it('refuses one of a newer format by name, whatever older ones there are', async () => {
  await writeUpTo(3);
  const { createHash } = await import('node:crypto');
  damage(`${NEWEST}.json`, (bytes) => {
    const lines = bytes.toString().trimEnd().split('\n').slice(0, -2);
    const newer = CHECKPOINT_VERSION + 1;
    const text = `${lines.join('\n').replace(/"version": \d+/, `"version": ${newer}`)}\n`;
    return Buffer.from(`${text}  "sha256": "${createHash('sha256').update(text).digest('hex')}"\n}\n`);
  });
  await expect(open()).rejects.toMatchObject({
    code: 'checkpoint_newer_format',
    message: expect.stringMatching(new RegExp(`Checkpoint ${NEWEST} .* newer software: it has format 2`)),
  });
});

it('writes nothing when a part fails, and says what the part said', async () => {
  await writeUpTo(1);
  const checkpoints = await open();
  const failing = { ...draft(2), parts: { archive: Promise.reject(new Error('no room for the archive')) } };
  await expect(checkpoints.write(failing)).rejects.toThrow('no room for the archive');
  expect(readdirSync(folder).sort()).toEqual(['000000000001.json', '000000000001.state']);
  await checkpoints.write(draft(3));
  expect((await (await open()).newest())?.checkpoint.snapshot).toEqual(stateOf(3));
});

it('waits for parts, and writes one at a time', async () => {
  const checkpoints = await open();
  let publish: (part: { files: string[] }) => void = () => undefined;
  const part = new Promise<{ files: string[] }>((resolve) => {
    publish = resolve;
  });
  const first = checkpoints.write({ ...draft(1), parts: { archive: part } });
  let released = 0;
  const second = { ...draft(2), snapshot: { ...draft(2).snapshot, release: () => void released++ } };
  await expect(checkpoints.write(second)).rejects.toMatchObject({ code: 'checkpoint_busy' });
  expect(released).toBe(1);
  expect(checkpoints.manifests()).toEqual([]);
  publish({ files: [] });
  await first;
  expect(checkpoints.manifests().map(({ id }) => id)).toEqual([1]);
});

it('refuses what would not come back as it is', async () => {
  const checkpoints = await open();
  const odd: readonly [unknown, RegExp][] = [
    [{ a: [1, Number.NaN] }, /data\.snapshot\.a\[1\] is NaN/],
    [{ a: undefined }, /data\.snapshot\.a is undefined/],
    [new Map(), /data\.snapshot is a Map/],
    [{ $array: 1 }, /an object with the key \$array/],
    [new BigInt64Array(1), /is a BigInt64Array/],
  ];
  for (const [snapshot, message] of odd) {
    await expect(checkpoints.write(draft(1, snapshot))).rejects.toThrow(message);
  }
  const parts = { archive: { files: [Number.POSITIVE_INFINITY as unknown as string] } };
  await expect(checkpoints.write({ ...draft(1), parts })).rejects.toThrow(/archive\.files\[0\] is Infinity/);
  expect(readdirSync(folder)).toEqual([]);
});

it('removes what a killed writer left', async () => {
  await writeUpTo(1);
  for (const file of ['000000000002.state', '000000000002.json.part', '000000000001.json.part', 'mine.txt']) {
    writeFileSync(join(folder, file), 'left');
  }
  const checkpoints = await open();
  expect(readdirSync(folder).sort()).toEqual(['000000000001.json', '000000000001.state', 'mine.txt']);
  expect((await checkpoints.newest())?.checkpoint.id).toBe(1);
});
