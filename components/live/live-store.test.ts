import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Frame, ViewPatch, ViewSnapshot } from '../../engine/protocol/frames.ts';
import { type Row, type ViewMeta, type ViewSpec, viewId } from '../../engine/protocol/view.ts';
import { applyFrame, emptyState, keepViews, type LiveState, viewEpoch } from './live-store.ts';
import { orderRows } from './order-rows.ts';

const spec: ViewSpec = { metrics: ['gmv'], dimension: 'category', grain: 'range', range: { kind: 'today' } };
const minutes: ViewSpec = { metrics: ['gmv'], grain: 'minute', range: { kind: 'today' } };
const view = viewId(spec);
const other = viewId(minutes);
const meta: ViewMeta = {
  from: '2026-11-11',
  to: '2026-11-11',
  startMs: 0,
  endMs: 86_400_000,
  missingDays: 0,
  restatedDays: 0,
  keys: 2,
  note: null,
  filtered: null,
};

const snapshot = (seq: number, rows: readonly Row[], id = view): ViewSnapshot => ({
  kind: 'snapshot',
  view: id,
  seq,
  meta,
  rows,
  arrow: null,
});
const patch = (prevSeq: number, seq: number, rows: readonly Row[], id = view): ViewPatch => ({
  kind: 'patch',
  view: id,
  prevSeq,
  seq,
  rows,
  removed: [],
});
const frame = (epoch: number, views: Frame['views'], runId = 'a'): Frame => ({
  runId,
  epoch,
  watermarkMs: epoch * 1000,
  dataToMs: epoch * 1000 + 500,
  publishedAtMs: 0,
  views,
});

const noArrow = () => {
  throw new Error('no Arrow here');
};

function apply(state: LiveState, next: Frame, wanted = [view, other]) {
  return applyFrame({ state, frame: next, wanted: new Set(wanted), refused: new Set(), readArrow: noArrow });
}

function applyAll(frames: readonly Frame[]): LiveState {
  return frames.reduce((state, next) => apply(state, next).state, emptyState);
}

test('a patch replaces and adds rows, in the order in which the server keeps them', () => {
  const state = applyAll([
    frame(1, [
      snapshot(1, [
        ['books', 5],
        ['toys', 3],
        [null, 3],
      ]),
    ]),
    frame(2, [
      patch(1, 2, [
        ['toys', 9],
        ['pets', 3],
      ]),
    ]),
  ]);
  expect(state.views.get(view)?.rows).toEqual([
    ['toys', 9],
    ['books', 5],
    ['pets', 3],
    [null, 3],
  ]);
});

test('removed keys go, the null key among them', () => {
  const gone: ViewPatch = { ...patch(1, 2, []), removed: [null] };
  const start = frame(1, [
    snapshot(1, [
      ['books', 5],
      [null, 3],
    ]),
  ]);
  expect(applyAll([start, frame(2, [gone])]).views.get(view)?.rows).toEqual([['books', 5]]);
});

test('buckets of time stay in the order of time', () => {
  const state = applyAll([
    frame(1, [snapshot(1, [[60_000, 5]], other)]),
    frame(2, [
      patch(
        1,
        2,
        [
          [0, 1],
          [120_000, 2],
        ],
        other,
      ),
    ]),
  ]);
  expect(state.views.get(other)?.rows.map(([key]) => key)).toEqual([0, 60_000, 120_000]);
});

test('a gap keeps the figures, says at which epoch they were right, and asks for the view again', () => {
  const held = applyAll([frame(1, [snapshot(1, [['books', 5]])]), frame(2, [])]);
  const { state, resync } = apply(held, frame(4, [patch(2, 3, [['books', 7]])]));
  const after = state.views.get(view);
  expect(resync).toEqual([view]);
  expect(after?.rows).toEqual([['books', 5]]);
  expect(after && viewEpoch(state, after)).toBe(2);
  expect(state.epoch).toBe(4);

  const healed = apply(state, frame(5, [snapshot(9, [['books', 8]])])).state;
  const now = healed.views.get(view);
  expect(now?.rows).toEqual([['books', 8]]);
  expect(now && viewEpoch(healed, now)).toBe(5);
});

test('a patch of a view that is not held is a gap', () => {
  expect(apply(emptyState, frame(1, [patch(1, 2, [['books', 7]])])).resync).toEqual([view]);
});

test('a patch that was applied already changes nothing', () => {
  const held = applyAll([frame(1, [snapshot(5, [['books', 5]])])]);
  const { state, resync } = apply(held, frame(2, [patch(3, 4, [['books', 4]])]));
  expect(resync).toEqual([]);
  expect(state.views.get(view)?.rows).toEqual([['books', 5]]);
});

test('figures of a run stay until all of them have come of the next, and then go at once', () => {
  const held = applyAll([frame(70, [snapshot(7, [['books', 5]]), snapshot(3, [[0, 1]], other)])]);
  const empty = apply(held, frame(0, [snapshot(0, [])], 'b')).state;
  expect({ ...empty, next: null }).toEqual(held);
  expect(empty.next?.runId).toBe('b');
  const patched = apply(empty, frame(1, [patch(0, 1, [['toys', 1]]), patch(0, 1, [[0, 9]], other)], 'b'));
  expect({ ...patched.state, next: null }).toEqual(held);
  expect(patched.resync).toEqual([other]);
  const renewed = apply(patched.state, frame(2, [snapshot(2, [[0, 9]], other)], 'b')).state;
  expect(renewed).toMatchObject({ runId: 'b', epoch: 2, watermarkMs: 2000, next: null });
  expect([...renewed.views.values()].map(({ rows }) => rows)).toEqual([[['toys', 1]], [[0, 9]]]);
});

test('a new run does not wait for what the server refuses, nor a third run for the second', () => {
  const held = applyAll([frame(70, [snapshot(7, [['books', 5]]), snapshot(3, [[0, 1]], other)])]);
  const second = apply(held, frame(1, [snapshot(1, [['toys', 1]])], 'b')).state;
  const refused = new Set([other]);
  const wanted = new Set([view, other]);
  const third = frame(1, [snapshot(1, [['pets', 2]])], 'c');
  const { state } = applyFrame({ state: second, frame: third, wanted, refused, readArrow: noArrow });
  expect(state).toMatchObject({ runId: 'c', next: null });
  expect([...state.views.keys()]).toEqual([view]);
  expect(state.views.get(view)?.rows).toEqual([['pets', 2]]);
});

test('a view without changes is right at the newest epoch', () => {
  const state = applyAll([frame(1, [snapshot(1, [['books', 5]])]), frame(2, [])]);
  const held = state.views.get(view);
  expect(held && viewEpoch(state, held)).toBe(2);
});

test('views that nobody wants are neither taken nor kept', () => {
  const { state } = apply(emptyState, frame(1, [snapshot(1, []), snapshot(1, [], other)]), [view]);
  expect([...state.views.keys()]).toEqual([view]);
  expect(keepViews(state, new Set()).views.size).toBe(0);
});

test('a frame is one change: the state before it is untouched', () => {
  const held = applyAll([frame(1, [snapshot(1, [['books', 5]])])]);
  apply(held, frame(2, [patch(1, 2, [['books', 6]])]));
  expect(held.epoch).toBe(1);
  expect(held.views.get(view)?.rows).toEqual([['books', 5]]);
});

test('patches lead to the same rows as the snapshot of the end, whatever the changes', () => {
  const key = fc.constantFrom('a', 'b', 'c', 'd', null);
  const change = fc.record({ key, value: fc.option(fc.integer({ min: 0, max: 50 })), removed: fc.boolean() });
  fc.assert(
    fc.property(fc.array(fc.array(change, { maxLength: 4 }), { maxLength: 12 }), (steps) => {
      const truth = new Map<string | null, number | null>();
      let state = applyAll([frame(1, [snapshot(1, [])])]);
      steps.forEach((changes, i) => {
        const touched = new Map(changes.map((entry) => [entry.key, entry]));
        for (const entry of touched.values()) {
          if (entry.removed) truth.delete(entry.key);
          else truth.set(entry.key, entry.value);
        }
        const kept = [...touched.values()];
        const rows = kept.filter((entry) => !entry.removed).map((entry): Row => [entry.key, entry.value]);
        const removed = kept.filter((entry) => entry.removed).map((entry) => entry.key);
        state = apply(state, frame(i + 2, [{ ...patch(i + 1, i + 2, rows), removed }])).state;
      });
      expect(state.views.get(view)?.rows).toEqual(orderRows([...truth], spec));
    }),
  );
});
