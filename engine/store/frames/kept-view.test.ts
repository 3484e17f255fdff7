import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultCatalogue } from '../../definitions/catalogue.ts';
import { ORDER_SCHEMA } from '../../events/order-schema.ts';
import { compilePlan } from '../../plan/compile-plan.ts';
import type { Row, RowKey, ViewMeta } from '../../protocol/view.ts';
import { planView } from '../query/plan-view.ts';
import type { ComputedView } from '../query/query-view.ts';
import { keepView } from './kept-view.ts';

const plan = compilePlan({
  catalogue: defaultCatalogue,
  schema: ORDER_SCHEMA,
  timeZone: 'UTC',
  currency: 'CNY',
});
const view = planView(plan, {
  metrics: ['gmv'],
  dimension: 'category',
  grain: 'range',
  range: { kind: 'today' },
});
const meta: ViewMeta = {
  from: '2010-12-01',
  to: '2010-12-01',
  startMs: 0,
  endMs: 1,
  missingDays: 0,
  restatedDays: 0,
  keys: 0,
  note: null,
  filtered: null,
};

const computed = (rows: readonly Row[], more: Partial<ViewMeta> = {}): ComputedView => ({
  meta: { ...meta, keys: rows.length, ...more },
  rows,
  inputs: '',
  finished: { columns: { keys: [], base: new Map() }, rows },
});

describe('a view in use', () => {
  const rows = fc.uniqueArray(fc.tuple(fc.option(fc.constantFrom('a', 'b', 'c', 'd')), fc.nat(2)), {
    selector: ([key]) => key,
  });

  it('brings a client that stopped at any seq to the rows of now, removed ones included', () => {
    fc.assert(
      fc.property(fc.array(rows, { minLength: 2, maxLength: 8 }), fc.nat(), (steps, pick) => {
        const kept = keepView(view, computed(steps[0] as Row[]));
        const states = new Map<number, ReadonlyMap<RowKey, Row>>();
        const byKey = (state: readonly Row[]) => new Map(state.map((row) => [row[0], row]));
        states.set(kept.seq, byKey(steps[0] as Row[]));
        for (const step of steps.slice(1)) {
          const before = kept.seq;
          const sent = kept.take(computed(step as Row[]));
          expect(kept.seq).toBe(sent ? before + 1 : before);
          if (sent) expect([sent.prevSeq, sent.seq]).toEqual([before, before + 1]);
          states.set(kept.seq, byKey(step as Row[]));
        }
        const seqs = [...states.keys()];
        const since = seqs[pick % seqs.length]!;
        const caughtUp = kept.catchUp(since);
        expect([caughtUp.kind, caughtUp.prevSeq, caughtUp.seq]).toEqual(['patch', since, kept.seq]);
        const patch = JSON.parse(caughtUp.text);
        const client = new Map(states.get(since));
        const gone = new Set(patch.removed);
        expect(patch.rows.filter(([key]: Row) => gone.has(key))).toEqual([]);
        for (const key of patch.removed) client.delete(key);
        for (const row of patch.rows) client.set(row[0], row);
        expect(client).toEqual(states.get(kept.seq));
        if (patch.meta) expect(patch.meta.keys).toBe(client.size);
        else expect(states.get(since)?.size).toBe(client.size);
      }),
    );
  });

  it('sends no patch when nothing changed, and a patch of its facts alone when only they did', () => {
    const kept = keepView(view, computed([['a', 1]]));
    expect(kept.take(computed([['a', 1]]))).toBeNull();
    const noted = kept.take(computed([['a', 1]], { note: 'why' }));
    expect(JSON.parse(noted?.text ?? '')).toMatchObject({ rows: [], removed: [], meta: { note: 'why' } });
  });

  it('sends a snapshot when the days change, and to whoever comes from before', () => {
    const kept = keepView(view, computed([['a', 1]]));
    const next = kept.take(computed([['a', 2]], { from: '2010-12-02', to: '2010-12-02' }));
    expect([next?.kind, next?.prevSeq, next?.seq]).toEqual(['snapshot', 2, 2]);
    expect(kept.catchUp(1)).toEqual(next);
    expect(kept.catchUp(9).kind).toBe('snapshot');
    expect(kept.catchUp(2).kind).toBe('patch');
  });

  it('encodes a snapshot once per seq', () => {
    const kept = keepView(view, computed([['a', 1]]));
    expect(kept.snapshot()).toBe(kept.snapshot());
    const before = kept.snapshot();
    kept.take(computed([['a', 2]]));
    expect(kept.snapshot()).not.toBe(before);
    expect(JSON.parse(kept.snapshot().text)).toMatchObject({ seq: 2, rows: [['a', 2]], arrow: null });
  });
});
