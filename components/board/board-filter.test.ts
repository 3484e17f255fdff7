import { expect, test } from 'vitest';
import { filteredView, keptKeyParser, oneEach } from './board-filter.ts';
import { totalView } from './sale-views.ts';

test('a key comes back from the address as it was, the null key and colons too', () => {
  for (const kept of [
    { dimension: 'channel', key: 'app' },
    { dimension: 'country', key: null },
    { dimension: 'product', key: 'a:b,c&d e' },
  ])
    expect(keptKeyParser.parse(keptKeyParser.serialize(kept))).toEqual(kept);
  expect(['channel', ':app', ''].map((text) => keptKeyParser.parse(text))).toEqual([null, null, null]);
});

test('of several keys of a dimension the last one counts, and a view without filters stays as it is', () => {
  const kept = oneEach([
    { dimension: 'channel', key: 'app' },
    { dimension: 'country', key: null },
    { dimension: 'channel', key: 'web' },
  ]);
  expect(filteredView(totalView, kept).filter).toEqual({ channel: 'web', country: null });
  expect(filteredView(totalView, [])).toBe(totalView);
});
