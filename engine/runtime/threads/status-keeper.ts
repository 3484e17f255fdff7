import { zeroCounts } from '../../events/counts.ts';
import type { ParityStatus } from '../../protocol/parity.ts';
import { say } from '../../protocol/sayings.ts';
import type { ReplayStatus, ServerStatus } from '../../protocol/status.ts';
import type { LiveFacts, LoopDelay } from './thread-messages.ts';

/** No epoch for this long: stalled; ms. The live thread shows a sign of life every second. */
const STALLED_AFTER_MS = 5000;
/** Events per second are counted over this long; ms. */
const RATE_WINDOW_MS = 5000;
/** A thread that reported no delay for so long runs no more: each reports every two seconds; ms. */
const THREAD_GONE_AFTER_MS = 10_000;

/** What the server says of itself, put together from what its threads report. */
export interface StatusKeeper {
  epoch(seen: { readonly runId: string; readonly epoch: number; readonly live: LiveFacts | null }): void;
  replay(status: ReplayStatus): void;
  parity(status: ParityStatus): void;
  restarted(): void;
  loopDelay(thread: string, delay: LoopDelay): void;
  /** Why live fails, for people; null when it doesn't (any more). */
  problem(text: string | null): void;
  /** Why something beside live fails, for people. */
  trouble(text: string | null): void;
  current(): ServerStatus;
  /** Of threads that run; thread → its last report. */
  loopDelays(): ReadonlyMap<string, LoopDelay>;
}

/** Creates the keeper; `stopwatch` gives milliseconds that only go forward. */
export function createStatusKeeper(options: {
  readonly source: string;
  readonly stopwatch: () => number;
  /** What viewers read of files in texts. */
  readonly shortPaths: <T>(value: T) => T;
}): StatusKeeper {
  const { source, stopwatch, shortPaths } = options;
  let runId = '';
  let epoch = 0;
  let live: LiveFacts | null = null;
  let epochAtMs = 0;
  let replay: ReplayStatus | null = null;
  let parity: ParityStatus | null = null;
  let restarts = 0;
  let problem: string | null = null;
  let trouble: string | null = null;
  let seen: { readonly atMs: number; readonly rows: number }[] = [];
  let lastRows = 0;
  let grewAtMs: number | null = null;
  const delays = new Map<string, { readonly delay: LoopDelay; readonly atMs: number }>();

  const noteRows = (rows: number): void => {
    const now = stopwatch();
    if (rows > lastRows) grewAtMs = now;
    lastRows = rows;
    if (rows < (seen.at(-1)?.rows ?? 0)) seen = [];
    const last = seen.at(-1);
    if (!last || now - last.atMs >= 200) seen.push({ atMs: now, rows });
    else seen[seen.length - 1] = { atMs: last.atMs, rows };
    while (seen.length > 2 && now - (seen[0]?.atMs ?? now) > RATE_WINDOW_MS) seen.shift();
  };

  const eventsPerSecond = (): number => {
    const [first, last] = [seen[0], seen.at(-1)];
    if (!first || !last || last.atMs <= first.atMs) return 0;
    return Math.round(((last.rows - first.rows) / (last.atMs - first.atMs)) * 1000);
  };

  /** Its partitions, of which there may be hundreds, name no files. */
  const shortStream = (stream: LiveFacts['stream']): LiveFacts['stream'] =>
    stream && { ...stream, notes: shortPaths(stream.notes), problem: shortPaths(stream.problem) };

  const liveState = (): ServerStatus['live'] => {
    if (problem !== null) return 'failed';
    if (live === null) return 'starting';
    if (stopwatch() - epochAtMs > STALLED_AFTER_MS) return 'stalled';
    return live.replaying ? 'catching_up' : 'live';
  };

  const loopDelays = (): Map<string, LoopDelay> => {
    const sinceMs = stopwatch() - THREAD_GONE_AFTER_MS;
    return new Map([...delays].flatMap(([name, { delay, atMs }]) => (atMs < sinceMs ? [] : [[name, delay]])));
  };

  return {
    loopDelays,
    epoch(published) {
      if (published.runId !== runId) live = null;
      runId = published.runId;
      epoch = published.epoch;
      if (published.live === null) return;
      live = { ...published.live, stream: shortStream(published.live.stream) };
      epochAtMs = stopwatch();
      noteRows(published.live.counts.rows);
    },
    replay(status) {
      replay = shortPaths(status);
    },
    parity(status) {
      parity = shortPaths(status);
    },
    restarted() {
      restarts++;
    },
    loopDelay(thread, delay) {
      delays.set(thread, { delay, atMs: stopwatch() });
    },
    problem(text) {
      problem = shortPaths(text);
    },
    trouble(text) {
      trouble = shortPaths(text);
    },
    current() {
      const state = liveState();
      const stalled = say('no_epoch', { seconds: Math.round((stopwatch() - epochAtMs) / 1000) });
      return {
        runId,
        source,
        live: state,
        lagMs: live?.lagMs ?? null,
        epoch,
        eventsPerSecond: state === 'stalled' || state === 'failed' ? 0 : eventsPerSecond(),
        quietMs: grewAtMs === null ? null : Math.round(stopwatch() - grewAtMs),
        counts: live?.counts ?? zeroCounts(),
        replay,
        stream: live?.stream ?? null,
        parity,
        threads: [...loopDelays()].map(([name, { p99Ms }]) => ({ name, p99Ms: Math.round(p99Ms * 10) / 10 })),
        restarts,
        problem: problem ?? (state === 'stalled' ? stalled : (live?.stream?.problem ?? trouble)),
      };
    },
  };
}
