import { expect, test } from 'vitest';
import { decodeFrame } from './socket-events.ts';
import { viewId } from './view.ts';

test('equal views have one id, whatever the order of their fields', () => {
  const range = { kind: 'today' } as const;
  expect(viewId({ metrics: ['gmv'], grain: 'range', range, filter: { b: '1', a: null } })).toBe(
    viewId({ filter: { a: null, b: '1' }, range, grain: 'range', metrics: ['gmv'], top: undefined }),
  );
  expect(viewId({ metrics: ['gmv', 'aov'], grain: 'range', range })).not.toBe(
    viewId({ metrics: ['aov', 'gmv'], grain: 'range', range }),
  );
});

test('attachments take the places that the text names', () => {
  const bytes = Uint8Array.of(1, 2, 3);
  const frame = decodeFrame('{"views":[{"arrow":null},{"arrow":true}]}', [bytes.buffer]);
  expect(frame.views[1]).toEqual({ arrow: bytes });
  expect(() => decodeFrame('{"views":[{"arrow":true}]}', [])).toThrow(/attachment/);
});
