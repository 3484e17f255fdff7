import { expect, test } from 'vitest';
import { createDictionaries } from '../events/create-dictionaries.ts';
import { columnOf, createEventBatch } from '../events/event-batch.ts';
import { ORDER_SCHEMA } from '../events/order-schema.ts';
import { createMatchPredicates } from './match-predicates.ts';

test('a predicate holds where every column has one of its values, null among them', () => {
  const dictionaries = createDictionaries(ORDER_SCHEMA, 100);
  const batch = createEventBatch(ORDER_SCHEMA, 8);
  const rows = [
    ['app', 'CN'],
    ['app', null],
    [null, 'CN'],
    [null, null],
  ] as const;
  rows.forEach(([channel, country], row) => {
    columnOf(batch.categories, 'channel')[row] = columnOf(dictionaries, 'channel').codeOf(channel);
    columnOf(batch.categories, 'country')[row] = columnOf(dictionaries, 'country').codeOf(country);
  });
  batch.length = rows.length;
  const predicates = [
    { where: [{ column: 'channel', in: ['app', null] }] },
    { where: [{ column: 'channel', in: [null] }] },
    {
      where: [
        { column: 'channel', in: ['app'] },
        { column: 'country', in: [null] },
      ],
    },
  ];
  const masks = new Int32Array(rows.length);
  createMatchPredicates({ predicates, dictionaries }).process(batch, masks);
  expect([...masks].map((mask) => mask & 0b111)).toEqual([0b001, 0b101, 0b011, 0b011]);
});
