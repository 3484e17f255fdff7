import { expect, it } from 'vitest';
import { createBusinessCalendar } from '../../calendar/business-calendar.ts';
import { defaultCatalogue } from '../../definitions/catalogue.ts';
import { ORDER_SCHEMA } from '../../events/order-schema.ts';
import { compilePlan } from '../../plan/compile-plan.ts';
import type { CombinedFilter } from '../query/plan-view.ts';
import { createFilters } from './filters.ts';

const plan = compilePlan({
  catalogue: defaultCatalogue,
  schema: ORDER_SCHEMA,
  timeZone: 'UTC',
  currency: 'CNY',
});
const books = (channel: string): CombinedFilter => ({
  id: channel,
  keys: { category: 'books', channel },
});

function openFilters() {
  let nowMs = 0;
  const held = new Set<string>();
  const told: string[][] = [];
  const filters = createFilters({
    plan,
    calendar: createBusinessCalendar('UTC'),
    stopwatch: () => nowMs,
    held: () => held,
    onWanted: (wanted) => told.push(wanted.map(({ id }) => id)),
  });
  return {
    filters,
    held,
    told,
    pass(ms: number) {
      nowMs += ms;
    },
  };
}

it('a fifth combination is refused while four are looked at or were just asked for, and then takes the place of one', () => {
  const { filters, held, told, pass } = openFilters();
  for (const channel of ['a', 'b', 'c', 'd']) {
    held.add(channel);
    filters.want(books(channel));
    pass(1);
  }
  expect(() => filters.want(books('e'))).toThrow(/4 combinations of filters are computed already/);
  pass(600_000);
  filters.sweep();
  expect(() => filters.want(books('e'))).toThrow(expect.objectContaining({ code: 'filters_taken' }));
  expect(told.at(-1)).toEqual(['a', 'b', 'c', 'd']);

  filters.want(books('c'));
  held.delete('b');
  held.delete('c');
  filters.want(books('e'));
  held.add('e');
  expect(told.at(-1)).toEqual(['a', 'c', 'd', 'e']);
  // Nobody has c any more, but somebody may have asked for it once and looks at what came.
  expect(() => filters.want(books('f'))).toThrow(/4 combinations/);
  pass(5_001);
  filters.want(books('f'));
  expect(told.at(-1)).toEqual(['a', 'd', 'e', 'f']);
});

it('a combination that nobody looks at is given up after a minute', () => {
  const { filters, held, told, pass } = openFilters();
  held.add('a');
  filters.want(books('a'));
  filters.want(books('b'));
  pass(60_000);
  filters.sweep();
  expect(told).toEqual([['a'], ['a', 'b']]);
  pass(1);
  filters.sweep();
  expect(told.at(-1)).toEqual(['a']);
});
