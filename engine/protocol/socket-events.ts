import type { Frame } from './frames.ts';
import type { JobSummary, JobUpdate } from './jobs.ts';
import type { BoardInfo, ServerStatus } from './status.ts';
import type { ViewSpec } from './view.ts';

/** Path of the websocket; the server's one owner of `upgrade` routes by it. */
export const SOCKET_PATH = '/live';

/** Frames in flight that a client may leave unacknowledged before its patches coalesce. */
export const ACK_WINDOW = 4;

/** Most views that one socket may hold at once. */
export const MAX_VIEWS_PER_SOCKET = 64;

/**
 * What the server says. `frame` carries a {@link Frame} as JSON text, encoded once for all who hold the same
 * views; Arrow snapshots follow as binary attachments, in the order in which the text has `arrow: true`.
 */
export interface ServerToClient {
  info(info: BoardInfo): void;
  /** Its stream's partitions are left out for who has not asked for them. */
  status(status: ServerStatus): void;
  frame(text: string, ...attachments: ArrayBuffer[]): void;
  refused(refusal: ViewRefusal): void;
  /** All jobs, the newest first; to who watches jobs. */
  jobs(jobs: readonly JobSummary[]): void;
  /** To who watches that job. */
  job(update: JobUpdate): void;
}

/** A view that can't be served, and why. */
export interface ViewRefusal {
  readonly view: string;
  /** Of the error: `filters_taken`, `view`, … */
  readonly code: string;
  /** For people, with the way out. */
  readonly reason: string;
}

/** What a client says. */
export interface ClientToServer {
  /** Replaces the socket's set of views; each new one starts with a snapshot. */
  views(specs: readonly ViewSpec[]): void;
  /** The epoch of the last frame applied; opens the window. */
  ack(epoch: number): void;
  /** Whether each status is to name the stream's partitions, of which there may be hundreds; at first it is not. */
  partitions(wanted: boolean): void;
  /** A gap was seen: the named view starts again with a snapshot. */
  resync(view: string): void;
  /** `list`: the list of jobs; an id: that job, too; null: nothing any more. Replaces what was watched before. */
  watchJobs(what: 'list' | { readonly job: string } | null): void;
}

/** Parses a frame's text and puts the binary attachments in their places. */
export function decodeFrame(text: string, attachments: readonly ArrayBuffer[]): Frame {
  let next = 0;
  return JSON.parse(text, (key, value) => {
    if (key !== 'arrow' || value !== true) return value;
    const bytes = attachments[next++];
    if (!bytes) throw new Error('the frame names an Arrow attachment that did not arrive');
    return new Uint8Array(bytes);
  }) as Frame;
}
