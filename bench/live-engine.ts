import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { createBusinessCalendar } from '../engine/calendar/business-calendar.ts';
import { loadConfig } from '../engine/config.ts';
import type { DayFigures } from '../engine/figures/day-figures.ts';
import type { Plan } from '../engine/plan/plan.ts';
import { replayFiles } from '../engine/runtime/replay/replay-files.ts';
import { startThread } from '../engine/runtime/threads/start-thread.ts';
import type {
  DataToLive,
  FromLiveThread,
  LiveTask,
  LiveToData,
  StopMessage,
} from '../engine/runtime/threads/thread-messages.ts';
import { digestOfDays } from './figure-digest.ts';
import type { Measured } from './harness.ts';
import { startLiveClock, type TopicToRead } from './live-clock.ts';

/** Day → digest of its figures. */
export type DigestByDay = Readonly<Record<string, string>>;

export interface EngineLive extends TopicToRead {
  /** Of a replay of the same events. */
  readonly replayed: DigestByDay;
}

export interface EngineLiveOptions {
  readonly plan: Plan;
  /** Whether a thread of its own fetches and decodes. */
  readonly ownThread: boolean;
}

const STOPPED_WITHIN_MS = 20_000;
const CURRENCY_DIGITS = 2;

/**
 * The live thread as the server starts it, archive, dead letters and checkpoints included, until the epoch that holds all
 * rows. Then the days that it has sealed must be what a replay computes.
 */
export async function engineLive(
  input: EngineLive,
  { plan, ownThread }: EngineLiveOptions,
): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'gmv-bench-live-'));
  const { port1: port, port2 } = new MessageChannel();
  const args = ['--brokers', input.broker, '--topic', input.topic];
  const { kafka, live } = await loadConfig(folder, { NODE_ENV: 'production' }, args);
  const source = {
    kind: 'kafka',
    kafka: { ...kafka, ownThread },
    live,
    dataFolder: folder,
    minorDigits: CURRENCY_DIGITS,
  } as const;
  const task: LiveTask = { plan, source, runId: 'bench', clockOffsetMs: 0, port: port2 };
  const sealed = new Map<string, DayFigures>();
  let clock: ReturnType<typeof startLiveClock> | null = null;
  let measured: Omit<Measured, 'digest'> | null = null;
  let longestStallMs = 0;
  const thread = startThread<StopMessage, FromLiveThread>({
    name: 'live-thread',
    task,
    transfer: [port2],
    onMessage(message) {
      // What comes before is connecting, not reading. A connection that is lost meanwhile is part of the measure.
      const begins = message.kind === 'notice' && /^Reads \d+ partitions/.test(message.message);
      if (begins) clock ??= startLiveClock(input);
    },
  });
  try {
    await new Promise<void>((done, fail) => {
      void thread.ended.then((error) => fail(error ?? new Error('the live thread ended')));
      port.on('message', ({ epoch, stream }: LiveToData) => {
        port.postMessage({ kind: 'applied' } satisfies DataToLive);
        for (const figures of epoch.sealed) {
          sealed.set(figures.day, figures);
          port.postMessage({ kind: 'day-taken', day: figures.day } satisfies DataToLive);
        }
        longestStallMs = Math.max(longestStallMs, stream?.checkpoint.stallMs ?? 0);
        if (epoch.counts.rows > input.rows) fail(new Error(`${epoch.counts.rows} rows, not ${input.rows}`));
        if (epoch.counts.rows < input.rows) return;
        measured ??= clock?.stop() ?? null;
        const due = daysDue(plan, Object.keys(input.replayed), epoch.watermarkMs);
        if (due.every((day) => sealed.has(day))) done();
      });
    });
  } finally {
    await thread.stop(STOPPED_WITHIN_MS);
    rmSync(folder, { recursive: true, force: true });
  }
  if (!measured) throw new Error('it published without having said that it reads');
  const { columns, ...rest } = measured as Omit<Measured, 'digest'>;
  return {
    ...rest,
    columns: { ...columns, 'longest stall ms': longestStallMs },
    digest: () => asReplayed(digestByDay([...sealed.values()]), input.replayed),
  };
}

/** The days that the watermark has passed for good. */
function daysDue({ timeZone, limits }: Plan, days: readonly string[], watermarkMs: number | null): string[] {
  const calendar = createBusinessCalendar(timeZone);
  const endsMs = (day: string): number => calendar.dayOfLabel(day).endMs + limits.allowedLatenessMs;
  return days.filter((day) => endsMs(day) < (watermarkMs ?? Number.NEGATIVE_INFINITY));
}

/** Digests by day of the events in a file, by a replay. */
export async function replayedByDay(file: string, plan: Plan): Promise<DigestByDay> {
  const days: DayFigures[] = [];
  await replayFiles({ plan, files: [file], threads: 1, onDay: (figures) => void days.push(figures) });
  return digestByDay(days);
}

function digestByDay(days: readonly DayFigures[]): DigestByDay {
  return Object.fromEntries(
    days.map((day) => {
      const sections = Object.entries(digestOfDays([day])).sort(([a], [b]) => (a < b ? -1 : 1));
      const figures = sections.reduce((sum, [, text]) => sum + Number(text.split(' ')[0]), 0);
      return [day.day, `${figures} ${createHash('sha256').update(JSON.stringify(sections)).digest('hex')}`];
    }),
  );
}

function asReplayed(live: DigestByDay, replayed: DigestByDay): DigestByDay {
  const other = Object.keys(live).filter((day) => live[day] !== replayed[day]);
  if (other.length > 0) throw new Error(`live and a replay of the file differ on ${other.join(', ')}`);
  return live;
}
