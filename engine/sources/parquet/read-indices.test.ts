import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readIndices } from './read-indices.ts';

const read = (bytes: readonly number[], rows: number, size = 1): number[] => {
  const out = new Int32Array(rows).fill(9);
  readIndices({ bytes: Uint8Array.from(bytes), out, size });
  return [...out];
};

it('indices of no bits are zeros, whether runs tell how many or nothing does', () => {
  expect(read([0], 3)).toEqual([0, 0, 0]);
  expect(read([0, 3 << 1], 3)).toEqual([0, 0, 0]);
  expect(read([0, (1 << 1) | 1], 3)).toEqual([0, 0, 0]);
});

it('a width of zero in front of runs that are too short is damage, not zeros', () => {
  expect(() => read([0, 2 << 1], 3, 4)).toThrow(/indices end after 2 of 3/);
  expect(() => read([0, 0, 0, 0, 0, 0], 3, 4)).toThrow(/indices end after 0 of 3/);
});

it('a run whose head has more bits than it may is damage', () => {
  expect(read([1, 0x86, 0x80, 0x80, 0x80, 0x00, 1], 3, 4)).toEqual([1, 1, 1]);
  for (const last of [0x10, 0x86])
    expect(() => read([1, 0x86, 0x80, 0x80, 0x80, last, 1], 3, 4)).toThrow(/more than 32 bits/);
});

/** Runs as the format describes them, bit by bit: `packed` in groups of eight without the last one's padding. */
function encode(width: number, runs: readonly { packed: boolean; values: readonly number[] }[]): number[] {
  const bytes = [width];
  for (const [run, { packed, values }] of runs.entries()) {
    const groups = Math.ceil(values.length / 8);
    for (let header = packed ? groups * 2 + 1 : values.length * 2, more = true; more; header >>>= 7) {
      more = header > 127;
      bytes.push((header & 127) | (more ? 128 : 0));
    }
    const isLast = run === runs.length - 1;
    const stored = packed ? (isLast ? values.length : groups * 8) : 1;
    const bits = Array.from({ length: stored * (packed ? width : Math.ceil(width / 8) * 8) }, (_, bit) => {
      const value = packed ? (values[Math.floor(bit / width)] ?? 0) : (values[0] ?? 0);
      return Math.floor(value / 2 ** (packed ? bit % width : bit)) & 1;
    });
    for (let at = 0; at < bits.length; at += 8) {
      bytes.push(bits.slice(at, at + 8).reduce((byte, bit, shift) => byte | (bit << shift), 0));
    }
  }
  return bytes;
}

it('reads runs of any width as they were written, to the last bit', () => {
  const drawn = fc.integer({ min: 1, max: 24 }).chain((width) => {
    const value = fc.integer({ min: 0, max: 2 ** width - 1 });
    const packed = fc
      .array(value, { minLength: 1, maxLength: 50 })
      .map((values) => ({ packed: true, values }));
    const repeated = fc
      .tuple(value, fc.integer({ min: 1, max: 300 }))
      .map(([one, times]) => ({ packed: false, values: new Array<number>(times).fill(one) }));
    return fc.tuple(fc.constant(width), fc.array(fc.oneof(packed, repeated), { minLength: 1, maxLength: 6 }));
  });
  fc.assert(
    fc.property(drawn, ([width, runs]) => {
      // Only the last run may end within a group of eight.
      const whole = runs.map((run, i) =>
        run.packed && i < runs.length - 1
          ? { ...run, values: run.values.concat(new Array<number>(-run.values.length & 7).fill(0)) }
          : run,
      );
      const values = whole.flatMap((run) => run.values);
      expect(read(encode(width, whole), values.length, 2 ** width)).toEqual(values);
      const highest = Math.max(...values);
      expect(() => read(encode(width, whole), values.length, highest)).toThrow(`entry ${highest} of`);
    }),
  );
});
