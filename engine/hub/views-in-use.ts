import { GmvError } from '../errors.ts';
import type { ViewSpec } from '../protocol/view.ts';
import type { ViewFeed } from './view-feed.ts';

export interface ViewsInUseOptions {
  readonly feed: Pick<ViewFeed, 'subscribe' | 'unsubscribe'>;
  /** Most views that all sockets together may hold. */
  readonly maxViews: number;
  /** How long a view without holders stays in use: a page that reloads finds it computed; ms. */
  readonly lingerMs: number;
  readonly nowMs: () => number;
}

/** Which views the sockets hold: each is subscribed once, however many hold it. */
export interface ViewsInUse {
  /** One holder more; settles when the view is in use. Rejects with an error for people, and holds nothing then. */
  hold(view: string, spec: ViewSpec): Promise<void>;
  /** One holder less. */
  release(view: string): void;
  /** Lets go of views that had no holder for a while. */
  sweep(): void;
  size(): number;
}

export function createViewsInUse({ feed, maxViews, lingerMs, nowMs }: ViewsInUseOptions): ViewsInUse {
  const entries = new Map<
    string,
    { holders: number; unheldSinceMs: number; readonly ready: Promise<void> }
  >();

  const drop = (view: string): void => {
    entries.delete(view);
    feed.unsubscribe(view);
  };

  const dropUnheld = (): void => {
    for (const [view, { holders }] of entries) if (holders === 0) drop(view);
  };
  /** What only lingers may be what keeps a view from being served: it is let go, then, by the first view of several. */
  const subscribe = (spec: ViewSpec): Promise<void> =>
    feed.subscribe(spec).catch((error: unknown) => {
      if (!(error instanceof GmvError && error.retriable)) throw error;
      dropUnheld();
      return feed.subscribe(spec);
    });

  return {
    async hold(view, spec) {
      let entry = entries.get(view);
      if (!entry) {
        if (entries.size >= maxViews) dropUnheld();
        if (entries.size >= maxViews)
          throw new Error(`The server keeps ${maxViews} views at most. Try again later.`);
        entry = { holders: 0, unheldSinceMs: 0, ready: subscribe(spec) };
        entries.set(view, entry);
      }
      entry.holders++;
      try {
        await entry.ready;
      } catch (error) {
        if (entries.get(view) === entry) entries.delete(view);
        throw error;
      }
    },
    release(view) {
      const entry = entries.get(view);
      if (!entry) return;
      entry.holders--;
      entry.unheldSinceMs = nowMs();
    },
    sweep() {
      const before = nowMs() - lingerMs;
      for (const [view, entry] of entries) {
        if (entry.holders === 0 && entry.unheldSinceMs <= before) drop(view);
      }
    },
    size: () => entries.size,
  };
}
