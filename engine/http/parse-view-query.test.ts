import { expect, test } from 'vitest';
import { parseViewQuery } from './parse-view-query.ts';

const parse = (query: string) => parseViewQuery(new URLSearchParams(query));

test('names alone ask for today as one figure, in JSON', () => {
  expect(parse('metrics=gmv,orders')).toEqual({
    spec: { metrics: ['gmv', 'orders'], grain: 'range', range: { kind: 'today' } },
    format: 'json',
  });
});

test('every parameter arrives in the spec', () => {
  const query = 'metrics=gmv&dimension=country&grain=range&range=2010-12-01..2010-12-31&top=5';
  expect(parse(`${query}&filter.category=b%26w&filter.channel=&format=csv`)).toEqual({
    spec: {
      metrics: ['gmv'],
      dimension: 'country',
      filter: { category: 'b&w', channel: null },
      grain: 'range',
      range: { kind: 'days', from: '2010-12-01', to: '2010-12-31' },
      top: 5,
    },
    format: 'csv',
  });
});

test.each([
  ['today', { kind: 'today' }],
  ['comparison', { kind: 'comparison' }],
  ['last_7_days', { kind: 'last_days', count: 7 }],
  ['2010-12-01', { kind: 'days', from: '2010-12-01', to: '2010-12-01' }],
])('the range %s', (text, range) => {
  expect(parse(`metrics=gmv&range=${text}`).spec.range).toEqual(range);
});

test.each([
  ['', 'No metrics'],
  ['metrics=', 'No metrics'],
  ['metrics=gmv&metrics=orders', '"metrics" is given twice'],
  ['metrics=gmv&topp=3', 'no parameter "topp"'],
  ['metrics=gmv&top=0', 'top=0'],
  ['metrics=gmv&top=1e9', 'top=1e9'],
  ['metrics=gmv&grain=week', 'grain=week'],
  ['metrics=gmv&format=xml', 'format=xml'],
  ['metrics=gmv&range=yesterday', '"yesterday" is no range'],
  ['metrics=gmv&range=2010-12-31..2010-12-01', 'ends before it starts'],
  ['metrics=gmv&range=2010-12-01..2010-12-02..2010-12-03', 'is no range'],
])('"%s" is refused: %s', (query, message) => {
  expect(() => parse(query)).toThrow(message);
});
