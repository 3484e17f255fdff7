import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createDictionary, type Dictionary, REFUSED_CODE } from '../dictionary.ts';
import { codeOfShortText, createShortTextCodes, grownShortTextCodes } from './short-text-codes.ts';

function createCodeOf(dictionary: Dictionary): Dictionary['codeOfBytes'] {
  const kept = createShortTextCodes();
  return (view, start, end) => codeOfShortText(kept, dictionary, view, start, end);
}

function fail(): never {
  throw new Error('no text');
}

const textsOf = (texts: readonly string[], behind: number) =>
  texts.map((text) => {
    const bytes = Buffer.concat([Buffer.from(text), Buffer.alloc(8, behind)]);
    return { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), length: bytes.length - 8 };
  });

test('a text has the code that its dictionary gives, first and again, whatever stands behind it', () => {
  const alike = fc.tuple(
    fc.constantFrom('', 'a', 'ab', 'abcd', 'abcdefgh', '产品'),
    fc.string({ maxLength: 40 }),
  );
  fc.assert(
    fc.property(fc.array(alike, { maxLength: 200 }), (pairs) => {
      const texts = pairs.map(([first, second]) => Buffer.from(`${first}${second}`).toString());
      const dictionary = createDictionary('category', 10_000);
      const codeOf = createCodeOf(dictionary);
      for (const behind of [0, 0x41, 0xff]) {
        for (const [i, { view, length }] of textsOf(texts, behind).entries()) {
          expect(codeOf(view, 0, length)).toBe(dictionary.codeOf(texts[i] ?? ''));
        }
      }
    }),
  );
});

test('texts that share a place in the cache keep their codes', () => {
  const dictionary = createDictionary('category', 10_000);
  const codeOf = createCodeOf(dictionary);
  const texts = Array.from({ length: 5_000 }, (_, i) => `value ${i}`);
  for (let times = 0; times < 2; times++) {
    for (const [i, { view, length }] of textsOf(texts, 0).entries())
      expect(codeOf(view, 0, length)).toBe(i + 1);
  }
});

test('a cache has places for twice the values of its dictionary, up to 8 MB', () => {
  const dictionary = createDictionary('category', 1_000_000);
  let kept = createShortTextCodes();
  let copies = 0;
  for (let i = 0; i < 140_000; i++) {
    const [{ view, length } = fail()] = textsOf([`value ${i}`], 0);
    const grown = grownShortTextCodes(kept, dictionary);
    if (grown !== kept) copies++;
    kept = grown;
    expect(codeOfShortText(kept, dictionary, view, 0, length)).toBe(i + 1);
    expect(codeOfShortText(kept, dictionary, view, 0, length)).toBe(i + 1);
  }
  expect(copies).toBe(5);
  expect(kept.byteLength).toBe(8 << 20);
});

test('each refusal is counted', () => {
  const dictionary = createDictionary('category', 1);
  const codeOf = createCodeOf(dictionary);
  for (const { view, length } of textsOf(['a', 'b', 'b', 'a'], 0)) codeOf(view, 0, length);
  expect(dictionary.refused).toBe(2);
  const [{ view } = fail()] = textsOf(['b'], 0);
  expect(codeOf(view, 0, 1)).toBe(REFUSED_CODE);
});
