import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createDictionary, NULL_CODE, REFUSED_CODE } from './dictionary.ts';

const viewOf = (text: string): DataView =>
  new DataView(Uint8Array.from(new TextEncoder().encode(text)).buffer);

test('text and its bytes share one code, and the code gives the text back', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 60 }), (values) => {
      const dictionary = createDictionary('category', 1000);
      for (const value of values) {
        const view = viewOf(value);
        const code = dictionary.codeOfBytes(view, 0, view.byteLength);
        expect(dictionary.codeOf(value)).toBe(code);
        expect(dictionary.valueOf(code)).toBe(value);
      }
      expect(dictionary.size).toBe(new Set(values).size + 1);
    }),
  );
});

test('null is code 0 and hashes to 0', () => {
  const dictionary = createDictionary('category', 10);
  expect(dictionary.codeOf(null)).toBe(NULL_CODE);
  expect(dictionary.valueOf(NULL_CODE)).toBeNull();
  expect(dictionary.hashOf(NULL_CODE)).toBe(0);
});

test('values past the cap are refused, known ones are not', () => {
  const dictionary = createDictionary('category', 2);
  expect(dictionary.codeOf('a')).toBe(1);
  expect(dictionary.codeOf('b')).toBe(2);
  expect(dictionary.codeOf('c')).toBe(REFUSED_CODE);
  expect(dictionary.codeOf('a')).toBe(1);
  expect(dictionary.size).toBe(3);
});

test('a value hashes alike in every dictionary', () => {
  const first = createDictionary('category', 10);
  const second = createDictionary('category', 10);
  second.codeOf('x');
  expect(first.hashOf(first.codeOf('books'))).toBe(second.hashOf(second.codeOf('books')));
});
