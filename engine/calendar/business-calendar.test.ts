import { expect, test } from 'vitest';
import { createBusinessCalendar } from './business-calendar.ts';

test('the hour that clocks repeat is two hours with one label', () => {
  const day = createBusinessCalendar('Europe/London').dayOfLabel('2024-10-27');
  expect(day.hourOfDay.filter((hour) => hour === 1)).toHaveLength(2);
});

test('an unknown zone and a malformed date are named', () => {
  expect(() => createBusinessCalendar('Mars/Olympus')).toThrow(/Mars\/Olympus/);
  expect(() => createBusinessCalendar('UTC').dayOfLabel('11.11.2024')).toThrow(/11\.11\.2024/);
});
