import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FatedRecord, fatedBatch } from '../../test/dead-letters/fated-batch.ts';
import { type DeadLettersPart, lettersIn } from './dead-letters-part.ts';
import { isWhole, keptValueOf, type Letter } from './letter.ts';
import {
  DEFAULT_LETTER_BOUNDS,
  type DeadLetters,
  type LetterBounds,
  openDeadLetters,
} from './open-dead-letters.ts';
import { readLetters } from './read-letters.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gmv-letters-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (named: DeadLettersPart | null, more: Partial<Parameters<typeof openDeadLetters>[0]> = {}) =>
  openDeadLetters({ folder, named, ...more });

const take = (letters: DeadLetters, rows: readonly FatedRecord[], partition = 'orders/0'): void => {
  const { batch, fates } = fatedBatch(rows);
  letters.take(batch, partition, fates);
};

async function read(part: DeadLettersPart): Promise<Letter[]> {
  const letters: Letter[] = [];
  for await (const { letter } of readLetters({ folder, part })) letters.push(letter);
  return letters;
}

const offsets = async (part: DeadLettersPart) => (await read(part)).map(({ offset }) => Number(offset));
const bad = (offset: number, value = `{"bad":${offset}}`): FatedRecord => ({
  offset,
  value,
  reason: 'not_json',
});
const files = () => readdirSync(folder).sort();
const bounded = (bounds: Partial<LetterBounds>): LetterBounds => ({ ...DEFAULT_LETTER_BOUNDS, ...bounds });

describe('what is kept', () => {
  it('are rejected and conflicting records, each with its place, time, id, reason and bytes', async () => {
    const letters = await open(null);
    take(
      letters,
      [
        { offset: 6, value: 'a', fate: 'applied' },
        { offset: 7, value: '{"event_id":"e-7"}', reason: 'currency', eventId: 'e-7', recordTimeMs: 1_234 },
        { offset: 8, value: 'b', fate: 'duplicate' },
        { offset: 9, value: 'c', fate: 'late' },
        { offset: 12, value: '{}', fate: 'conflict', eventId: 'e-6' },
      ],
      'my.orders/11',
    );
    const at = { topic: 'my.orders', partition: 11 };
    expect(await read(await letters.cut())).toEqual([
      {
        ...at,
        offset: '7',
        recordTimeMs: 1_234,
        reason: 'currency',
        eventId: 'e-7',
        bytes: 18,
        text: '{"event_id":"e-7"}',
      },
      {
        ...at,
        offset: '12',
        recordTimeMs: 1_700_000_000_012,
        reason: 'conflict',
        eventId: 'e-6',
        bytes: 2,
        text: '{}',
      },
    ]);
  });

  it('are the bytes as they came, whatever they are', async () => {
    const odd = fc.oneof(
      fc.uint8Array({ maxLength: 80 }),
      fc.string({ unit: 'binary', maxLength: 40 }).map((text) => new TextEncoder().encode(text)),
      fc
        .constantFrom('', '\0', '\uFEFF{}', '"\u2028\n\r\\', '𝄞é')
        .map((text) => new TextEncoder().encode(text)),
    );
    const letters = await open(null);
    let offset = 0;
    const expected: Uint8Array[] = [];
    fc.assert(
      fc.property(fc.array(odd, { minLength: 1, maxLength: 9 }), (values) => {
        take(
          letters,
          values.map((value) => ({ offset: offset++, value, reason: 'not_json' })),
        );
        expected.push(...values);
      }),
    );
    const found = await read(await letters.cut());
    expect(found.map((letter) => keptValueOf(letter).toString('hex'))).toEqual(
      expected.map((value) => Buffer.from(value).toString('hex')),
    );
    expect(found.every(isWhole)).toBe(true);
    for (const { text, base64 } of found) expect((text === undefined) !== (base64 === undefined)).toBe(true);
  });

  it('is the beginning of a long value, cut between characters, and how long it was', async () => {
    const letters = await open(null, { bounds: bounded({ bytesPerLetter: 10 }) });
    const huge = new Uint8Array(10 << 20).fill(0xff);
    const values = [
      '0123456789',
      '0123456789a',
      '012345678é',
      '01234567𝄞',
      huge,
      new Uint8Array(12).fill(0x80),
    ];
    take(
      letters,
      values.map((value, offset) => ({ offset, value, reason: 'not_json' })),
    );
    const found = await read(await letters.cut());
    expect(found.map(({ text, base64, bytes }) => [text ?? base64, bytes])).toEqual([
      ['0123456789', 10],
      ['0123456789', 11],
      ['012345678', 11],
      ['01234567', 12],
      [Buffer.alloc(10, 0xff).toString('base64'), 10 << 20],
      [Buffer.alloc(10, 0x80).toString('base64'), 12],
    ]);
    expect(found.map(isWhole)).toEqual([true, false, false, false, false, false]);
  });

  it('is nothing of a tombstone, which is counted', async () => {
    const letters = await open(null);
    take(letters, [{ offset: 1, value: null, reason: 'tombstone' }, bad(2)]);
    const part = await letters.cut();
    expect([part.tombstones, lettersIn(part)]).toEqual([1, 1]);
    take(await reopened(part), []);
    expect((await (await reopened(part)).cut()).tombstones).toBe(1);
  });

  const reopened = (part: DeadLettersPart) => open(part);
});

describe('a cut', () => {
  it('holds what was taken before it, and nothing that came while it was written', async () => {
    const letters = await open(null);
    take(letters, [bad(1), bad(2)]);
    const first = letters.cut();
    take(letters, [bad(3)]);
    const second = letters.cut();
    take(letters, [bad(4)]);
    expect(await offsets(await first)).toEqual([1, 2]);
    expect(await offsets(await second)).toEqual([1, 2, 3]);
    expect(await offsets(await first)).toEqual([1, 2]);
  });

  it('without letters names the same files and writes nothing', async () => {
    const letters = await open(null);
    expect((await letters.cut()).segments).toEqual([]);
    take(letters, [bad(1)]);
    const part = await letters.cut();
    expect(await letters.cut()).toEqual(part);
    expect(files()).toEqual(part.segments.map(({ file }) => file));
  });

  it('counts letters by topic and reason, by file', async () => {
    const letters = await open(null);
    take(letters, [bad(1), bad(2), { offset: 3, value: '', reason: 'currency' }]);
    await letters.cut();
    take(letters, [bad(1)], 'refunds/0');
    take(letters, [bad(4)]);
    expect((await letters.cut()).segments.map(({ tallies }) => tallies)).toEqual([
      [
        { topic: 'orders', reason: 'not_json', letters: 3 },
        { topic: 'orders', reason: 'currency', letters: 1 },
        { topic: 'refunds', reason: 'not_json', letters: 1 },
      ],
    ]);
  });

  it('that could not be written fails by name, and the next one has its letters, too', async () => {
    const letters = await open(null);
    take(letters, [bad(1)]);
    rmSync(folder, { recursive: true });
    await expect(letters.cut()).rejects.toMatchObject({ code: 'dead_letters_write', retriable: true });
    take(letters, [bad(2)]);
    await (await open(null)).close();
    expect(await offsets(await letters.cut())).toEqual([1, 2]);
  });
});

describe('going on from a checkpoint', () => {
  it('forgets what came after it, though it was written, and takes it again', async () => {
    const before = await open(null);
    take(before, [bad(1)]);
    const part = await before.cut();
    take(before, [bad(2), bad(3)]);
    await before.cut();
    const after = await open(part);
    expect(await offsets(part)).toEqual([1]);
    take(after, [bad(2)]);
    const next = await after.cut();
    expect(await offsets(next)).toEqual([1, 2]);
    expect(
      readFileSync(join(folder, files()[0] ?? ''), 'utf8')
        .trim()
        .split('\n'),
    ).toHaveLength(2);
  });

  it('removes files of no checkpoint, and none of one that may still be restored', async () => {
    const bounds = bounded({ segmentBytes: 1, kept: { letters: 2, bytes: 1e6 } });
    const before = await open(null, { bounds });
    const parts: DeadLettersPart[] = [];
    for (let offset = 1; offset <= 4; offset++) {
      take(before, [bad(offset)]);
      parts.push(await before.cut());
    }
    expect(await offsets(parts[3] as DeadLettersPart)).toEqual([3, 4]);
    take(before, [bad(5)]);
    await before.cut();
    expect(files()).toHaveLength(5);
    const [, , older, named] = parts as [unknown, unknown, DeadLettersPart, DeadLettersPart];
    const after = await open(named, { bounds, kept: [older, named] });
    expect(files()).toHaveLength(3);
    expect(await offsets(older)).toEqual([2, 3]);
    after.committed([named]);
    await after.close();
    expect(await offsets(named)).toEqual([3, 4]);
    expect(files()).toHaveLength(2);
  });

  it('sets aside a file that is gone or damaged, says so and counts its letters as lost', async () => {
    const bounds = bounded({ segmentBytes: 1 });
    const before = await open(null, { bounds });
    take(before, [bad(1), bad(2), bad(3), bad(4)]);
    const part = await before.cut();
    const [gone = '', flipped = '', short = ''] = files();
    rmSync(join(folder, gone));
    const bytes = readFileSync(join(folder, flipped));
    bytes[20]! ^= 1;
    writeFileSync(join(folder, flipped), bytes);
    writeFileSync(join(folder, short), bytes.subarray(0, 9));
    const said: string[] = [];
    const after = await open(part, { bounds, say: (message) => said.push(message) });
    const next = await after.cut();
    expect([await offsets(next), next.lost]).toEqual([[4], 3]);
    expect(said.join()).toMatch(/gone.*checksum.*9 of/);
    expect(existsSync(join(folder, `${flipped}.damaged`))).toBe(true);
  });
});

describe('bounds', () => {
  it('leave the newest files and count what made room', async () => {
    const letters = await open(null, {
      bounds: bounded({ segmentBytes: 200, kept: { letters: 5, bytes: 1e6 } }),
    });
    for (let offset = 0; offset < 20; offset += 2) {
      take(letters, [bad(offset), bad(offset + 1)]);
      const part = await letters.cut();
      letters.committed([part]);
    }
    const part = await letters.cut();
    await letters.close();
    expect(await offsets(part)).toEqual([16, 17, 18, 19]);
    expect([part.expired, files().length]).toEqual([16, part.segments.length]);
  });

  it('hold where every record is bad: the others are counted, and taking them costs next to nothing', async () => {
    const letters = await open(null, { bounds: bounded({ unwritten: { letters: 100, bytes: 1e6 } }) });
    const { batch, fates } = fatedBatch(Array.from({ length: 4096 }, (_, i) => bad(i, 'x'.repeat(300))));
    for (let i = 0; i < 250; i++) letters.take(batch, 'orders/0', fates);
    const part = await letters.cut();
    expect([lettersIn(part), part.notKept]).toEqual([100, 4096 * 250 - 100]);
    letters.take(batch, 'orders/0', fates);
    expect(lettersIn(await letters.cut())).toBe(200);
  });

  it('go by bytes, too', async () => {
    const letters = await open(null, { bounds: bounded({ unwritten: { letters: 1e6, bytes: 1e6 } }) });
    take(
      letters,
      Array.from({ length: 100 }, (_, i) => bad(i, '\0'.repeat(20_000))),
    );
    const part = await letters.cut();
    expect(part.notKept + lettersIn(part)).toBe(100);
    expect(lettersIn(part)).toBe(9);
  });
});
