import type { JobsFeed } from '../../hub/job-watchers.ts';
import type { JobsApi } from '../../protocol/jobs-api.ts';
import { createCaller } from './calls.ts';
import type { Thread } from './start-thread.ts';
import type { FromJobsThread, JobsLoad, ToJobsThread } from './thread-messages.ts';

/** The jobs thread as the main thread sees it; it outlives that thread. */
export interface JobsClient extends JobsFeed {
  readonly api: JobsApi;
  /** How busy everything else is. */
  load(load: JobsLoad): void;
  /** Takes answers; true when the message was one. */
  take(message: FromJobsThread): boolean;
  /** A thread has started: it is told what is watched. `null`: the thread is gone. */
  attach(thread: Thread<ToJobsThread> | null): void;
}

export function createJobsClient(): JobsClient {
  const caller = createCaller<JobsApi>({ thread: 'jobs-thread' });
  let thread: Thread<ToJobsThread> | null = null;
  let wanted: Parameters<JobsFeed['watch']>[0] = { list: false, jobs: [] };
  return {
    api: caller.api,
    watch(next) {
      wanted = next;
      thread?.post({ kind: 'watch', ...wanted });
    },
    load: (load) => thread?.post({ kind: 'load', load }),
    take: caller.take,
    attach(next) {
      thread = next;
      caller.attach(next && ((call) => next.post(call)));
      next?.post({ kind: 'watch', ...wanted });
    },
  };
}
