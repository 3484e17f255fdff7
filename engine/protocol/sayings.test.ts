import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fillBlanks, hear, SAYINGS, type SayingCode, say } from './sayings.ts';

const blanksOf = (code: SayingCode) =>
  [...SAYINGS[code].matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');

test('every sentence is heard as what it was said by, whatever fills its last blank', () => {
  const word = fc.oneof(fc.nat().map(String), fc.constantFrom('2026-11-01', '3.2', 'shop-2025', '500'));
  const filling = fc.oneof(
    word,
    fc.constantFrom('live lag 3.2 s', 'a.parquet, row group 3: damaged (twice).\nReplace it.'),
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...(Object.keys(SAYINGS) as SayingCode[])),
      fc.infiniteStream(word),
      filling,
      (code, words, last) => {
        const names = blanksOf(code);
        const given = Object.fromEntries(
          names.map((name, i) => [name, i === names.length - 1 ? last : String(words.next().value)]),
        );
        const text = fillBlanks(SAYINGS[code], given);
        expect(hear(text), text).toEqual({ code, given });
      },
    ),
    { numRuns: 2000 },
  );
});

test('a sentence within another is heard in turn, and what is none is not', () => {
  const text = say('queued_again', { why: say('waiting', { why: say('live_lag', { seconds: '3.2' }) }) });
  expect(text).toBe('queued again: waiting: live lag 3.2 s');
  expect(hear(text)).toEqual({ code: 'queued_again', given: { why: 'waiting: live lag 3.2 s' } });
  expect(hear('the disk is full')).toBeNull();
});
