import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createDictionary, NOT_UTF8_CODE, NULL_CODE, REFUSED_CODE, TOO_LONG_CODE } from './dictionary.ts';
import { hashText } from './hash.ts';
import { MANY_TEXTS, type ManyTexts } from './text-arena.ts';
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

/** The texts one after the other, with a byte between them. */
function together(texts: readonly Uint8Array[]): ManyTexts {
  const starts = new Int32Array(texts.length);
  const ends = new Int32Array(texts.length);
  let end = 0;
  for (const [i, text] of texts.entries()) {
    starts[i] = end + 1;
    end += 1 + text.length;
    ends[i] = end;
  }
  const bytes = new Uint8Array(end);
  for (const [i, text] of texts.entries()) bytes.set(text, starts[i]);
  return { view: new DataView(bytes.buffer), starts, ends, length: texts.length };
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

test('many texts at once get the codes that they get one by one', () => {
  const text = fc.oneof(
    { weight: 8, arbitrary: fc.string({ unit: 'grapheme', maxLength: 6 }).map(bytesOf) },
    { weight: 8, arbitrary: fc.nat(60).map((n) => bytesOf(`P${n}`)) },
    { weight: 1, arbitrary: fc.constant(Uint8Array.of(0xff, 0x61)) },
    { weight: 1, arbitrary: fc.constant(bytesOf('x'.repeat(MAX_TEXT_BYTES + 1))) },
  );
  const texts = fc.array(text, { maxLength: MANY_TEXTS, size: 'max' });
  fc.assert(
    fc.property(fc.array(texts, { maxLength: 4 }), fc.integer({ min: 1, max: 80 }), (blocks, cap) => {
      const atOnce = createDictionary('category', cap);
      const oneByOne = createDictionary('category', cap);
      for (const block of blocks) {
        const many = together(block);
        const codes = new Int32Array(block.length + 2).fill(7);
        atOnce.codesOfTexts(many, codes, 1);
        const expected = block.map((_, i) =>
          oneByOne.codeOfBytes(many.view, many.starts[i] ?? 0, many.ends[i] ?? 0),
        );
        expect([...codes]).toEqual([7, ...expected, 7]);
      }
      expect(atOnce.texts()).toEqual(oneByOne.texts());
      expect(atOnce.refused).toBe(oneByOne.refused);
    }),
    { numRuns: 30 },
  );
});

/** Two texts of one length and hash. */
function twins(): [string, string] {
  const textOf = new Map<number, string>();
  const hash = new Uint32Array(4);
  for (let n = 0; ; n++) {
    const text = `P${String(n).padStart(7, '0')}`;
    hashText(text, hash);
    const word = hash[0] ?? 0;
    const other = textOf.get(word);
    if (other !== undefined) return [other, text];
    textOf.set(word, text);
  }
}

test('two texts of one hash have a code each, also where many are looked up at once', () => {
  const dictionary = createDictionary('product_id', 10);
  const [first, second] = twins();
  expect(dictionary.codeOf(first)).toBe(1);
  expect(dictionary.codeOf(second)).toBe(2);
  const codes = new Int32Array(3);
  dictionary.codesOfTexts(together([second, first, second].map(bytesOf)), codes, 0);
  expect([...codes]).toEqual([2, 1, 2]);
});
