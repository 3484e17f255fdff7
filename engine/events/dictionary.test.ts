import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createDictionary, NOT_UTF8_CODE, NULL_CODE, REFUSED_CODE, TOO_LONG_CODE } from './dictionary.ts';
import { MAX_TEXT_BYTES } from './text-limit.ts';

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
  expect(dictionary.refused).toBe(1);
});

test('a value hashes alike in every dictionary', () => {
  const first = createDictionary('category', 10);
  const second = createDictionary('category', 10);
  second.codeOf('x');
  expect(first.hashOf(first.codeOf('books'))).toBe(second.hashOf(second.codeOf('books')));
});

test('texts that are too long get no code, whether they come as text or as bytes', () => {
  const dictionary = createDictionary('category', 10);
  expect(dictionary.codeOf('x'.repeat(MAX_TEXT_BYTES))).toBe(1);
  expect(dictionary.codeOf('ü'.repeat(MAX_TEXT_BYTES / 2 + 1))).toBe(TOO_LONG_CODE);
  expect(dictionary.codeOfBytes(viewOf('x'.repeat(2000)), 0, 2000)).toBe(TOO_LONG_CODE);
  expect(dictionary.size).toBe(2);
});

test('bytes that are no UTF-8 get no code, and none is taken for another', () => {
  const dictionary = createDictionary('category', 10);
  const codeOf = (bytes: readonly number[]): number =>
    dictionary.codeOfBytes(new DataView(Uint8Array.from(bytes).buffer), 0, bytes.length);
  expect(codeOf([0xff])).toBe(NOT_UTF8_CODE);
  expect(codeOf([0x61, 0xc3])).toBe(NOT_UTF8_CODE);
  expect(codeOf([0xed, 0xa0, 0x80])).toBe(NOT_UTF8_CODE);
  const marked = codeOf([0xef, 0xbb, 0xbf, 0x61]);
  expect(dictionary.valueOf(marked)).toBe('\ufeffa');
  expect(codeOf([0x61])).not.toBe(marked);
  expect(dictionary.codeOf('\ufffd')).toBeGreaterThan(0);
});

test('what came since a snapshot makes it up to the next one', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string({ unit: 'grapheme' })), fc.nat(), (values, cut) => {
      const dictionary = createDictionary('category', 1000);
      const first = values.slice(0, cut % (values.length + 1));
      for (const value of first) dictionary.codeOf(value);
      const since = dictionary.size;
      const before = dictionary.snapshot();
      for (const value of values) dictionary.codeOf(value);
      const more = dictionary.snapshot(since);
      const whole = dictionary.snapshot();
      const base = before.bytes.length;
      expect([...before.bytes, ...more.bytes]).toEqual([...whole.bytes]);
      expect([...before.ends, ...[...more.ends].map((end) => end + base)]).toEqual([...whole.ends]);
    }),
  );
});
