import type { MessagePort } from 'node:worker_threads';
import { GmvError } from '../../errors.ts';
import type { PublishedDay } from '../../history/history.ts';
import type { ViewFeed } from '../../hub/view-feed.ts';
import { type ViewSpec, viewId } from '../../protocol/view.ts';
import type { TableFormat, ViewTable } from '../../store/frames/view-table.ts';
import { createCaller, RESTARTING, restarting } from './calls.ts';
import type { Thread } from './start-thread.ts';
import type { DataApi, FromDataThread, ToDataThread } from './thread-messages.ts';

/** The data thread as the main thread sees it; it outlives that thread. */
export interface DataClient extends ViewFeed {
  publishedDays(): Promise<readonly PublishedDay[]>;
  query(spec: ViewSpec, format: TableFormat): Promise<ViewTable>;
  /** Takes answers; true when the message was one. */
  take(message: FromDataThread): boolean;
  /** A thread has started: subscribed views are taken into use again. `null`: the thread is gone. */
  attach(thread: Thread<ToDataThread> | null): Promise<void>;
  connect(message: Extract<ToDataThread, { port: MessagePort }>): void;
}

const THREAD = 'data-thread';

export function createDataClient(): DataClient {
  const { api, take, attach } = createCaller<DataApi>({ thread: THREAD });
  const subscribed = new Map<string, ViewSpec>();
  let thread: Thread<ToDataThread> | null = null;
  let waiting: (() => void)[] = [];

  /** A thread that starts (again) is waited for: a view is refused only for what it asks. */
  const subscribe = async (spec: ViewSpec): Promise<void> => {
    for (;;) {
      if (!thread) await new Promise<void>((go) => waiting.push(go));
      try {
        await api.subscribe({ spec });
        subscribed.set(viewId(spec), spec);
        return;
      } catch (error) {
        if (!(error instanceof GmvError) || error.code !== RESTARTING) throw error;
      }
    }
  };

  return {
    subscribe,
    unsubscribe(view) {
      subscribed.delete(view);
      thread?.post({ kind: 'unsubscribe', view });
    },
    read: (wants) => api.read({ wants }),
    publishedDays: () => api.published({}),
    query: (spec, format) => api.query({ spec, format }),
    take,
    async attach(next) {
      thread = next;
      attach(next && ((call) => next.post(call)));
      if (!next) return;
      for (const go of waiting) go();
      waiting = [];
      await Promise.all([...subscribed.values()].map((spec) => api.subscribe({ spec })));
    },
    connect(message) {
      if (!thread) throw restarting(THREAD);
      thread.post(message, [message.port]);
    },
  };
}
