import type { Server, Socket } from 'socket.io';
import type { JobsApi, JobsNews } from '../protocol/jobs-api.ts';
import type { ClientToServer, ServerToClient } from '../protocol/socket-events.ts';

/** Sockets that want the list of jobs. */
const LIST = 'jobs';
const roomOf = (job: string): string => `job:${job}`;
const LONGEST_ID = 64;

/** Where what changes about jobs comes from. */
export interface JobsFeed {
  readonly api: Pick<JobsApi, 'jobs' | 'job'>;
  /** From now on news come of these jobs, and of the list where `list`; of nothing else. */
  watch(wanted: { readonly list: boolean; readonly jobs: readonly string[] }): void;
}

export interface JobWatchersOptions {
  readonly io: Server<ClientToServer, ServerToClient>;
  readonly feed: JobsFeed;
  readonly onError: (message: string, error: unknown) => void;
}

/** Sends sockets what changes about the jobs that they watch: the whole first, then what the feed says. */
export interface JobWatchers {
  connect(socket: Socket<ClientToServer, ServerToClient>): void;
  news(news: JobsNews): void;
  /** The feed began anew: it is told what is watched, and everyone gets the whole again. */
  again(): void;
}

export function createJobWatchers({ io, feed, onError }: JobWatchersOptions): JobWatchers {
  /** Socket → the job that it watches, null for the list alone. */
  const watching = new Map<Socket<ClientToServer, ServerToClient>, string | null>();

  const tellFeed = (): void => {
    const jobs = new Set([...watching.values()].filter((job) => job !== null));
    feed.watch({ list: watching.size > 0, jobs: [...jobs] });
  };

  /** News that came before are older than the whole, which says how far it goes. */
  const sendWhole = async (
    socket: Socket<ClientToServer, ServerToClient>,
    job: string | null,
  ): Promise<void> => {
    try {
      socket.emit('jobs', await feed.api.jobs({}));
      if (job !== null) socket.emit('job', await feed.api.job({ id: job }));
    } catch (error) {
      if (socket.connected) onError(`jobs could not be told${job === null ? '' : ` (${job})`}`, error);
    }
  };

  return {
    connect(socket) {
      socket.on('watchJobs', (what) => {
        const asked = readWatch(what);
        const before = watching.get(socket);
        if (before) void socket.leave(roomOf(before));
        if (asked === undefined) {
          watching.delete(socket);
          void socket.leave(LIST);
        } else {
          watching.set(socket, asked);
          void socket.join(asked === null ? LIST : [LIST, roomOf(asked)]);
          void sendWhole(socket, asked);
        }
        tellFeed();
      });
      socket.on('disconnect', () => {
        if (watching.delete(socket)) tellFeed();
      });
    },
    news(news) {
      if (news.kind === 'jobs') io.to(LIST).emit('jobs', news.jobs);
      else io.to(roomOf(news.update.id)).emit('job', news.update);
    },
    again() {
      tellFeed();
      for (const [socket, job] of watching) void sendWhole(socket, job);
    },
  };
}

/** The job that a client wants to watch, null for the list alone, undefined for nothing: what it sent may be anything. */
function readWatch(what: unknown): string | null | undefined {
  if (what === 'list') return null;
  if (typeof what !== 'object' || what === null || !('job' in what)) return undefined;
  return typeof what.job === 'string' && what.job.length <= LONGEST_ID ? what.job : undefined;
}
