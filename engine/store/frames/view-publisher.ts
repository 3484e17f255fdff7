import { GmvError } from '../../errors.ts';
import type { Plan } from '../../plan/plan.ts';
import type { EncodedView } from '../../protocol/encoded.ts';
import type { Filters } from '../filters/filters.ts';
import { planView } from '../query/plan-view.ts';
import type { ComputedView, ViewQuery } from '../query/query-view.ts';
import type { ViewPublisher } from '../store.ts';
import { type KeptView, keepView } from './kept-view.ts';

/** The publisher as the store drives it. */
export interface DrivenPublisher extends ViewPublisher {
  /**
   * Brings every view in use to this instant and gives what changed. All are computed in one synchronous
   * piece, so that all tiles of a frame carry the same epoch. `newRun`: snapshots of all.
   */
  refresh(options: { newRun: boolean }): Promise<EncodedView[]>;
  /** Ids of the combinations of filters that views in use have. */
  filters(): Set<string>;
}

/** Keeps the views that somebody holds; see {@link ViewPublisher}. */
export function createViewPublisher(options: {
  plan: Plan;
  query: ViewQuery;
  filters: Pick<Filters, 'want' | 'sweep'>;
}): DrivenPublisher {
  const { plan, query, filters } = options;
  const views = new Map<string, { kept: KeptView; holders: number }>();

  const keptOf = (id: string): KeptView => {
    const view = views.get(id);
    if (view) return view.kept;
    throw new GmvError('unknown_view', `nobody holds the view ${id}`, 'Subscribe to it first.');
  };

  return {
    async subscribe(spec) {
      const view = planView(plan, spec);
      if (view.within) filters.want(view.within);
      const reads = query.reads();
      for (;;) {
        const known = views.get(view.id);
        if (known) {
          known.holders++;
          return view.id;
        }
        const computed = query.answer(view, null, reads);
        if (computed) {
          views.set(view.id, { kept: keepView(view, computed), holders: 1 });
          return view.id;
        }
        await reads.load();
      }
    },
    unsubscribe(id) {
      const view = views.get(id);
      if (view && --view.holders === 0) views.delete(id);
    },
    snapshot: (id) => keptOf(id).snapshot(),
    catchUp: (id, sinceSeq) => keptOf(id).catchUp(sinceSeq),
    views: () => [...views.keys()],
    filters: () => new Set([...views.values()].flatMap(({ kept }) => kept.plan.within?.id ?? [])),
    async refresh({ newRun }) {
      filters.sweep();
      const reads = query.reads();
      for (;;) {
        const computed = new Map<KeptView, ComputedView>();
        for (const { kept } of views.values()) {
          const next = query.answer(kept.plan, kept.computed, reads);
          if (next) computed.set(kept, next);
        }
        if (!reads.pending()) {
          return [...computed].flatMap(([kept, next]) => {
            const change = kept.take(next);
            if (newRun) return [change?.kind === 'snapshot' ? change : kept.restart()];
            return change ? [change] : [];
          });
        }
        await reads.load();
      }
    },
  };
}
