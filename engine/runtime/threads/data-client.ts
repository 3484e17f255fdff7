import type { MessagePort } from 'node:worker_threads';
import { GmvError } from '../../errors.ts';
import type { PublishedDay } from '../../history/history.ts';
import type { ViewFeed } from '../../hub/view-feed.ts';
import type { EncodedEpoch } from '../../protocol/encoded.ts';
import { type ViewSpec, viewId } from '../../protocol/view.ts';
import type { TableFormat, ViewTable } from '../../store/frames/view-table.ts';
import type { Thread } from './start-thread.ts';
import { threadError } from './thread-error.ts';
import type { DataRequest, FromDataThread, ToDataThread } from './thread-messages.ts';

/** The data thread as the main thread sees it; it outlives that thread. */
export interface DataClient extends ViewFeed {
  publishedDays(): Promise<readonly PublishedDay[]>;
  query(spec: ViewSpec, format: TableFormat): Promise<ViewTable>;
  /** Takes the messages of requests; true when the message was one. */
  take(message: FromDataThread): boolean;
  /** A thread has started: subscribed views are taken into use again. `null`: the thread is gone. */
  attach(thread: Thread<ToDataThread> | null): Promise<void>;
  connect(message: Extract<ToDataThread, { port: MessagePort }>): void;
}

const RESTARTING = 'restarting';

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

export function createDataClient(): DataClient {
  const subscribed = new Map<string, ViewSpec>();
  const pending = new Map<number, Pending>();
  let thread: Thread<ToDataThread> | null = null;
  let nextId = 0;
  let waiting: (() => void)[] = [];

  const ask = <T>(request: DataRequest): Promise<T> => {
    if (!thread) return Promise.reject(restarting());
    const id = nextId++;
    thread.post({ kind: 'request', id, request });
    return new Promise<T>((done, reject) => {
      pending.set(id, { resolve: (value) => done(value as T), reject });
    });
  };

  /** A thread that starts (again) is waited for: a view is refused only for what it asks. */
  const subscribe = async (spec: ViewSpec): Promise<void> => {
    for (;;) {
      if (!thread) await new Promise<void>((go) => waiting.push(go));
      try {
        await ask({ kind: 'subscribe', spec });
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
    read: (wants) => ask<EncodedEpoch>({ kind: 'read', wants }),
    publishedDays: () => ask<readonly PublishedDay[]>({ kind: 'published' }),
    query: (spec, format) => ask<ViewTable>({ kind: 'query', spec, format }),
    take(message) {
      if (message.kind !== 'reply' && message.kind !== 'refused') return false;
      const asked = pending.get(message.id);
      pending.delete(message.id);
      if (message.kind === 'reply') asked?.resolve(message.value);
      else asked?.reject(threadError('data-thread', message.failure));
      return true;
    },
    async attach(next) {
      thread = next;
      for (const { reject } of pending.values()) reject(restarting());
      pending.clear();
      if (!next) return;
      for (const go of waiting) go();
      waiting = [];
      await Promise.all([...subscribed.values()].map((spec) => ask({ kind: 'subscribe', spec })));
    },
    connect(message) {
      if (!thread) throw restarting();
      thread.post(message, [message.port]);
    },
  };
}

function restarting(): GmvError {
  return new GmvError(RESTARTING, 'The data thread is starting', 'Try again in a moment.', {
    retriable: true,
  });
}
