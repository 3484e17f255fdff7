import { expect, test } from 'vitest';
import { createClockFormat } from './clock-format.ts';

const instant = Date.UTC(2026, 10, 10, 16, 3, 41);

test('instants are written in the business time zone, on a clock of 24 hours', () => {
  const shanghai = createClockFormat({ language: 'en', timeZone: 'Asia/Shanghai' });
  expect(shanghai.time(instant)).toBe('00:03:41');
  expect(shanghai.minute(instant)).toBe('00:03');
  expect(shanghai.day(instant)).toBe('Wed, 11 Nov 2026');
  expect(shanghai.offset(instant)).toBe('UTC+8');
  expect(createClockFormat({ language: 'zh-CN', timeZone: 'Asia/Shanghai' }).shortDay(instant)).toBe(
    '11月11日',
  );
});

test('a labelled day is that day in every zone', () => {
  for (const timeZone of ['Pacific/Kiritimati', 'UTC', 'Pacific/Pago_Pago'])
    expect(createClockFormat({ language: 'en', timeZone }).labelled('2026-11-11')).toBe('11 Nov 2026');
});

test('the offset is that of the instant', () => {
  const berlin = createClockFormat({ language: 'en', timeZone: 'Europe/Berlin' });
  expect([Date.UTC(2026, 0, 1), Date.UTC(2026, 6, 1)].map(berlin.offset)).toEqual(['UTC+1', 'UTC+2']);
  expect(createClockFormat({ language: 'en', timeZone: 'UTC' }).offset(instant)).toBe('UTC');
});
