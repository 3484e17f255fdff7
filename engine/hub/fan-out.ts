import type { EncodedEpoch, EncodedView } from '../protocol/encoded.ts';
import { type EncodedFrame, type FrameHead, frameText } from './frame-text.ts';
import type { ViewFeed, ViewWant } from './view-feed.ts';
import { takesFrames, type Viewer } from './viewer.ts';

/** A viewer that gets nothing else still hears the head (epoch, "data to") this often; ms. */
const HEAD_EVERY_MS = 1000;

export interface FanOutOptions {
  readonly feed: Pick<ViewFeed, 'read'>;
  /** Sends one frame, encoded once, to all the named sockets. */
  readonly deliver: (socketIds: readonly string[], frame: EncodedFrame) => void;
  readonly nowMs: () => number;
  readonly onReadFailed: (error: unknown) => void;
}

/**
 * Brings every viewer to the published epoch, in order and without gaps. Viewers at the hub's seq share the
 * epoch's frame with all who hold the same views; one that joined, was too slow or saw a gap is read to one epoch
 * first, in one request for all that it lacks, and costs no more memory than a number per view meanwhile.
 */
export interface FanOut {
  add(viewer: Viewer): void;
  remove(viewer: Viewer): void;
  publish(epoch: EncodedEpoch): void;
  /** Reads what the viewer lacks if it takes frames; to be called when that may have changed. */
  pump(viewer: Viewer): void;
  /** Frames encoded: one per publication and distinct set of views. */
  encodings(): number;
}

interface Batch {
  readonly views: readonly EncodedView[];
  readonly to: Viewer[];
}

export function createFanOut({ feed, deliver, nowMs, onReadFailed }: FanOutOptions): FanOut {
  const viewers = new Set<Viewer>();
  /** The newest seq of each view that was seen in this run. */
  const seqs = new Map<string, number>();
  /** Reads under way, by what they ask for: who asks the same waits for the same answer. */
  const reads = new Map<string, Set<Viewer>>();
  let runId: string | null = null;
  let encoded = 0;

  const send = (head: FrameHead, batches: Iterable<Batch>): void => {
    const now = nowMs();
    for (const { views, to } of batches) {
      for (const viewer of to) {
        viewer.window.sent(head.epoch, now);
        viewer.lastSentMs = now;
      }
      encoded++;
      deliver(
        to.map((viewer) => viewer.id),
        frameText(head, views),
      );
    }
  };

  const noteSeqs = (views: readonly EncodedView[]): void => {
    for (const { view, seq } of views) seqs.set(view, Math.max(seq, seqs.get(view) ?? seq));
  };

  const startRun = (next: string): void => {
    runId = next;
    seqs.clear();
    reads.clear();
    for (const viewer of viewers) {
      viewer.window.reset();
      viewer.reading = false;
      for (const view of viewer.views) viewer.behind.set(view, null);
    }
  };

  const answer = (waiting: readonly Viewer[], reply: EncodedEpoch): void => {
    noteSeqs(reply.views);
    const batches = new Map<string, Batch>();
    for (const viewer of waiting) {
      const batch = batchOf(batches, viewer, () => reply.views.filter(({ view }) => viewer.views.has(view)));
      for (const { view, seq } of batch.views) {
        if (seqs.get(view) === seq) viewer.behind.delete(view);
        else viewer.behind.set(view, seq);
      }
      batch.to.push(viewer);
    }
    send(
      reply,
      [...batches.values()].filter((batch) => batch.views.length > 0),
    );
  };

  const pump = (viewer: Viewer): void => {
    if (viewer.reading || viewer.behind.size === 0 || !takesFrames(viewer)) return;
    viewer.reading = true;
    const wants: ViewWant[] = [...viewer.behind].map(([view, since]) => ({ view, since }));
    const key = JSON.stringify(wants);
    const underWay = reads.get(key);
    if (underWay) underWay.add(viewer);
    else read(key, wants, viewer);
  };

  const read = (key: string, wants: readonly ViewWant[], first: Viewer): void => {
    const waiting = new Set([first]);
    reads.set(key, waiting);
    /** Who still waits for this very read: none when another run has begun since. */
    const settle = (): Viewer[] => {
      if (reads.get(key) !== waiting) return [];
      reads.delete(key);
      const present = [...waiting].filter((viewer) => viewers.has(viewer));
      for (const viewer of present) viewer.reading = false;
      return present;
    };
    feed.read(wants).then(
      (reply) => {
        const present = settle();
        runId ??= reply.runId;
        if (reply.runId !== runId) return;
        answer(present, reply);
        for (const viewer of present) pump(viewer);
      },
      (error: unknown) => {
        // The next epoch or acknowledgement tries again.
        settle();
        onReadFailed(error);
      },
    );
  };

  return {
    add: (viewer) => viewers.add(viewer),
    remove: (viewer) => viewers.delete(viewer),
    pump,
    encodings: () => encoded,
    publish(epoch) {
      if (epoch.runId !== runId) startRun(epoch.runId);
      noteSeqs(epoch.views);
      const patches = new Map(epoch.views.map((view) => [view.view, view]));
      const patchesOf = (viewer: Viewer) => [...viewer.views].flatMap((view) => patches.get(view) ?? []);
      const now = nowMs();
      const batches = new Map<string, Batch>();
      for (const viewer of viewers) {
        const batch = batchOf(batches, viewer, () => patchesOf(viewer));
        if (viewer.behind.size > 0 || !takesFrames(viewer)) {
          for (const { view, kind, prevSeq } of batch.views) {
            if (!viewer.behind.has(view)) viewer.behind.set(view, kind === 'patch' ? prevSeq : null);
          }
          pump(viewer);
        } else if (batch.views.length > 0 || now - viewer.lastSentMs >= HEAD_EVERY_MS) {
          batch.to.push(viewer);
        }
      }
      send(
        epoch,
        [...batches.values()].filter((batch) => batch.to.length > 0),
      );
    },
  };
}

/** The frame of all who hold the same views as `viewer`; made where it is the first of them. */
function batchOf(batches: Map<string, Batch>, viewer: Viewer, views: () => EncodedView[]): Batch {
  const known = batches.get(viewer.setKey);
  if (known) return known;
  const batch: Batch = { views: views(), to: [] };
  batches.set(viewer.setKey, batch);
  return batch;
}
