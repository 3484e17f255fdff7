import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loanOf } from '../state/loan.ts';
import { openCheckpoints } from './open-checkpoints.ts';

const OLDER = '000000000001';
const NEWER = '000000000002';

let folder = '';
let sound = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gmv-checkpoints-damaged-'));
  sound = join(folder, 'sound');
  const checkpoints = await openCheckpoints({ folder: sound });
  for (const n of [1, 2]) await checkpoints.write(draft(n));
});
afterAll(() => rmSync(folder, { recursive: true }));

const stateOf = (n: number) => ({
  n,
  days: [
    { ids: Uint32Array.from({ length: 500 }, (_, i) => i * n), sums: Float64Array.of(n / 3, 7) },
    { bytes: Uint8Array.of(1, 2, 3), slots: Uint16Array.of(n), codes: new Int32Array(0) },
  ],
});

const draft = (n: number) => ({
  takenAtMs: n,
  plan: { fingerprint: 'plan' },
  snapshot: loanOf<unknown>(stateOf(n)),
  offsets: { 'orders/0': String(n) },
  parts: {},
  runFacts: null,
});

/** A copy of the sound folder in which one file is another. */
function copyWith(file: string, change: (bytes: Buffer) => Buffer): string {
  const copy = join(folder, 'copy');
  rmSync(copy, { recursive: true, force: true });
  cpSync(sound, copy, { recursive: true });
  writeFileSync(join(copy, file), change(readFileSync(join(copy, file))));
  return copy;
}

async function expectOlder(copy: string, what: string): Promise<void> {
  const found = await (await openCheckpoints({ folder: copy })).newest();
  expect(found?.checkpoint.snapshot, what).toEqual(stateOf(1));
  expect(found?.skipped, what).toEqual([
    { name: NEWER, reason: expect.stringMatching(/^(its|of its|the|bytes) /) },
  ]);
}

it.each(['state', 'json'])(
  'restores the one before where the %s file is cut off anywhere',
  async (ending) => {
    for (let part = 0; part < 50; part++) {
      const copy = copyWith(`${NEWER}.${ending}`, (bytes) =>
        bytes.subarray(0, Math.floor((bytes.length * part) / 50)),
      );
      await expectOlder(copy, `${part}/50`);
    }
  },
);

it('restores the one before where any bit of it is another', async () => {
  const files = ['state', 'json'].map((ending) => `${NEWER}.${ending}`);
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...files), fc.nat(), fc.nat(7), async (file, at, bit) => {
      const copy = copyWith(file, (bytes) => {
        bytes[at % bytes.length]! ^= 1 << bit;
        return bytes;
      });
      await expectOlder(copy, `${file}, byte ${at}, bit ${bit}`);
    }),
    { numRuns: 300 },
  );
});

const FULL = '/dev/full';
const reason = existsSync(FULL) ? '' : ` (skipped: no ${FULL}, which is a full disk)`;

it.skipIf(reason !== '').each([
  ['state', `${NEWER}.state`],
  ['manifest', `${NEWER}.json.part`],
])(
  'says so where there is no space for the %s, and leaves those before as they were',
  async (_what, file) => {
    const copy = copyWith(`${NEWER}.json`, (bytes) => bytes);
    for (const ending of ['state', 'json']) rmSync(join(copy, `${NEWER}.${ending}`));
    const checkpoints = await openCheckpoints({ folder: copy });
    symlinkSync(FULL, join(copy, file));
    await expect(checkpoints.write(draft(2))).rejects.toMatchObject({
      code: 'checkpoint_write',
      retriable: true,
      message: expect.stringMatching(/Checkpoint 000000000002 .*ENOSPC.* Free space on its disk/s),
    });
    expect(readdirSync(copy).sort()).toEqual([`${OLDER}.json`, `${OLDER}.state`]);
    expect((await checkpoints.newest())?.checkpoint.snapshot).toEqual(stateOf(1));
    // The next one may have the space.
    await checkpoints.write(draft(3));
    expect((await (await openCheckpoints({ folder: copy })).newest())?.checkpoint.snapshot).toEqual(
      stateOf(3),
    );
  },
);
