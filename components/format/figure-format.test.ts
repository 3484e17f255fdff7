import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compactNumber } from './compact-number.ts';
import { createFigureFormat } from './figure-format.ts';
import { preferredLanguage } from './language.ts';
import { decimalText } from './minor-units.ts';

const en = createFigureFormat({ language: 'en', currency: 'CNY', minorDigits: 2 });
const zh = createFigureFormat({ language: 'zh-CN', currency: 'CNY', minorDigits: 2 });

test.each([
  [12_345_678_901, '¥123.4M', '¥1.23亿'],
  [12_399_999_999, '¥123.9M', '¥1.23亿'],
  [99_999_999_999_999, '¥999.9B', '¥9,999亿'],
  [123_456_789, '¥1.234M', '¥123万'],
  [1_234_567, '¥12.34K', '¥1.23万'],
  [999_999, '¥9,999', '¥9,999'],
  [99_999, '¥999.99', '¥999.99'],
  [0, '¥0.00', '¥0.00'],
  [-12_345_678_901, '-¥123.4M', '-¥1.23亿'],
])('writes %i minor units as %s and %s', (minor, english, chinese) => {
  expect(en.compact('money', minor)).toBe(english);
  expect(zh.compact('money', minor)).toBe(chinese);
});

test.each([
  [9_999, '9,999', '9,999'],
  [10_000, '10.00K', '1.00万'],
  [1_234_567, '1.234M', '123万'],
  [0, '0', '0'],
])('writes the count %i as %s and %s', (count, english, chinese) => {
  expect(en.compact('count', count)).toBe(english);
  expect(zh.compact('count', count)).toBe(chinese);
});

test('full digits are exact where a float division would not be', () => {
  expect(en.full('money', Number.MAX_SAFE_INTEGER)).toBe('¥90,071,992,547,409.91');
  expect(zh.full('money', 9_007_199_254_740_989)).toBe('¥90,071,992,547,409.89');
  expect(en.full('count', Number.MAX_SAFE_INTEGER)).toBe('9,007,199,254,740,991');
});

test('minor digits are those of the currency', () => {
  const yen = createFigureFormat({ language: 'en', currency: 'JPY', minorDigits: 0 });
  const dinar = createFigureFormat({ language: 'en', currency: 'KWD', minorDigits: 3 });
  expect(yen.full('money', 1234)).toBe('¥1,234');
  expect(dinar.full('money', 1234)).toContain('1.234');
});

test('what is not known is a dash, never zero', () => {
  for (const unit of ['money', 'count', 'ratio'] as const) {
    expect(en.full(unit, null)).toBe('–');
    expect(en.compact(unit, null)).toBe('–');
  }
  expect(en.change(null)).toBe('–');
});

test('ratios and changes', () => {
  expect(en.full('ratio', 0.08615)).toBe('8.615%');
  expect(en.compact('ratio', 0.08615)).toBe('8.6%');
  expect([en.change(0.123), en.change(-0.04), en.change(0)]).toEqual(['+12.3%', '-4.0%', '0.0%']);
});

test('an axis has no trailing zeros', () => {
  expect([0, 8_000_000, 10_000_000, 1_250_000_000].map(en.roundMoney)).toEqual([
    '¥0',
    '¥80K',
    '¥100K',
    '¥12.5M',
  ]);
  expect(zh.roundMoney(8_000_000)).toBe('¥8万');
});

test('a shortened number is never more than the exact one, and less by under one of its last digit', () => {
  const amount = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
  fc.assert(
    fc.property(
      amount,
      fc.constantFrom(0, 2, 3),
      fc.constantFrom('en', 'zh-CN'),
      (value, digits, language) => {
        const short = compactNumber(value, digits, language);
        const powers: Record<string, number> = { '': 0, K: 3, 万: 4, M: 6, 亿: 8, B: 9, T: 12, 万亿: 12 };
        const power = powers[short.unit] ?? Number.NaN;
        const step = 10n ** BigInt(power + digits - short.fractionDigits);
        const shown = BigInt(short.amount) * step;
        expect(shown <= BigInt(value)).toBe(true);
        expect(BigInt(value) - shown < step).toBe(true);
      },
    ),
  );
});

test('decimal text is the integer with a point in it', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.integer({ min: 0, max: 4 }), (value, digits) => {
      const text = decimalText(value, digits);
      expect(BigInt(text.replace('.', ''))).toBe(BigInt(value));
      expect(text.split('.')[1]?.length ?? 0).toBe(digits);
    }),
  );
});

test('the language is the first that the board speaks, else English', () => {
  expect(preferredLanguage(['fr', 'zh-TW;q=0.8', 'en'])).toBe('zh-CN');
  expect(preferredLanguage(['en-GB', 'zh'])).toBe('en');
  expect(preferredLanguage(['fr'])).toBe('en');
  expect(preferredLanguage([])).toBe('en');
});
