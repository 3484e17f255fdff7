import { expect, it } from 'vitest';
import type { DeadLetter, DeadLetterList } from '../protocol/dead-letters.ts';
import { deadLetterRoutes } from './dead-letter-routes.ts';

const asked: unknown[] = [];
const routes = deadLetterRoutes({
  list: async (query) => asked.push(query) as unknown as DeadLetterList,
  find: async (where) => asked.push(where) as unknown as DeadLetter,
});
const list = (query: string) => routes['/api/dead-letters'](new URL(`http://x/?${query}`));
const one = (query: string) => routes['/api/dead-letter'](new URL(`http://x/?${query}`));

it('asks for what the address names', async () => {
  asked.length = 0;
  await list('');
  await list('reason=malformed:amount_minor&topic=orders&before=3.17&limit=500');
  await one('partition=my.orders/11&offset=9007199254740993');
  expect(asked).toEqual([
    { limit: 50 },
    { reason: 'malformed:amount_minor', topic: 'orders', before: '3.17', limit: 500 },
    { topic: 'my.orders', partition: 11, offset: '9007199254740993' },
  ]);
});

it.each([
  ['limit=0', 'limit=0'],
  ['limit=501', 'from 1 to 500'],
  ['reasons=x', 'no parameter "reasons"'],
  ['topic=a&topic=b', '"topic" is given twice'],
])('a list of %s is refused: %s', (query, message) => {
  expect(() => list(query)).toThrow(message);
});

it.each([
  '',
  'partition=orders&offset=1',
  'partition=orders/0',
  'partition=orders/0&offset=-1',
  'partition=a/b/0&offset=1',
])('a letter at "%s" is refused', (query) => {
  expect(() => one(query)).toThrow('name no record');
});
