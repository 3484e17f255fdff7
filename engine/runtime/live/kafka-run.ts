import { ARCHIVE } from '../../archive/open-archive.ts';
import type { BusinessCalendar } from '../../calendar/business-calendar.ts';
import { openCheckpoints } from '../../checkpoints/open-checkpoints.ts';
import type { KafkaSettings, LiveSettings } from '../../config.ts';
import { DEAD_LETTERS } from '../../dead-letters/dead-letters-part.ts';
import { openDeadLetters } from '../../dead-letters/open-dead-letters.ts';
import { createDictionaries } from '../../events/create-dictionaries.ts';
import type { Plan } from '../../plan/plan.ts';
import type { StreamStatus } from '../../protocol/status.ts';
import type { KafkaStart } from '../../sources/kafka/start-positions.ts';
import type { PartitionProgress } from '../../sources/source.ts';
import { createPipeline } from '../pipeline/create-pipeline.ts';
import { letHeapsGrow } from '../threads/let-heaps-grow.ts';
import type { LoopDelay } from '../threads/thread-messages.ts';
import { createCheckpointer } from './checkpointer.ts';
import { openIntake } from './intake/open-intake.ts';
import { openLiveArchive } from './live-archive.ts';
import type { ChangedDays, LiveContents } from './live-contents.ts';
import { liveFolders } from './live-folders.ts';
import type { LiveRun } from './live-run.ts';
import { openKafkaIntake } from './open-kafka-intake.ts';
import { putAside } from './put-aside.ts';
import { factsOf } from './rebuild-snapshot.ts';
import { restoreLive } from './restore-live.ts';

export interface KafkaRunOptions {
  readonly plan: Plan;
  readonly calendar: BusinessCalendar;
  readonly kafka: KafkaSettings;
  readonly live: LiveSettings;
  /** Checkpoints, archive and dead letters lie in it, as `liveFolders` says. */
  readonly dataFolder: string;
  /** Of the board's currency. */
  readonly minorDigits: number;
  /** Epoch ms. */
  readonly clock: { now(): number };
  /** For the log. */
  readonly say: (level: 'info' | 'warn', message: string) => void;
  /** Of the threads that this one starts. */
  readonly onLoopDelay: (thread: string, delay: LoopDelay) => void;
}

/** The keepers' parts, on their way. */
type LiveParts = { readonly [Name in keyof LiveContents['parts']]: Promise<LiveContents['parts'][Name]> };

/**
 * Kafka's topics, from the newest checkpoint on; without one, from where the settings say.
 *
 * @throws GmvError of checkpoints, archive and dead letters
 */
export async function openKafkaRun(options: KafkaRunOptions): Promise<LiveRun> {
  const { plan, calendar, kafka, live, dataFolder, minorDigits, clock, say } = options;
  letHeapsGrow();
  const folders = liveFolders(dataFolder);
  const checkpoints = await openCheckpoints<LiveContents>({
    folder: folders.checkpoints,
    keep: live.keepCheckpoints,
  });
  const from = await restoreLive({ checkpoints, plan, calendar, archiveFolder: folders.archive });
  const notes = from?.notes ?? (await putAside([folders.archive, folders.letters], clock.now()));
  const changes = from?.changes ?? [];
  /** Of changes of the plan, those that are about a day which is still open. */
  const openChanges = (openDays: readonly number[]): ChangedDays[] => {
    const open = new Set(openDays.map((index) => calendar.dayOfIndex(index).label));
    return changes.filter(({ days }) => days.some((day) => open.has(day)));
  };
  for (const note of [...notes, ...changes.flatMap((change) => change.notes)]) say('warn', note);
  if (from) say('info', `Goes on from ${from.name}`);

  const dictionaries = createDictionaries(plan.schema, plan.limits.maxCategoryValues);
  const pipeline = createPipeline({
    plan,
    dictionaries,
    calendar,
    mode: 'live',
    ...(from && { from: from.snapshot }),
  });
  const kept = checkpoints.manifests().map(({ parts }) => parts as LiveContents['parts']);
  const letters = await openDeadLetters({
    folder: folders.letters,
    named: from?.parts[DEAD_LETTERS] ?? null,
    kept: kept.map((parts) => parts[DEAD_LETTERS]),
    say: (message) => say('warn', message),
  });
  const archive = await openLiveArchive({
    ...options,
    folder: folders.archive,
    onLoopDelay: (delay) => options.onLoopDelay('archive', delay),
    dictionaries,
    named: from?.parts[ARCHIVE] ?? null,
    kept: kept.map((parts) => parts[ARCHIVE]),
    sealedThrough: pipeline.sealedThrough,
  });
  const keepers = [archive, letters];
  const start = from ? { offsets: from.offsets } : startOf(kafka);
  const shared = { plan, dictionaries, kafka, minorDigits, start, say };
  const onIntakeDelay = (delay: LoopDelay): void => options.onLoopDelay('intake', delay);
  const source = kafka.ownThread
    ? openIntake({
        ...shared,
        onLoopDelay: onIntakeDelay,
        clockOffsetMs: Math.round(clock.now() - Date.now()),
      })
    : openKafkaIntake({ ...shared, clock });
  const stopwatch = (): number => performance.now();
  const checkpointer = createCheckpointer({
    pipeline,
    keepers,
    everyMs: live.checkpointEverySeconds * 1000,
    stopwatch,
    async write({ snapshot, offsets, parts }) {
      const { bytes } = await checkpoints.write({
        plan,
        snapshot,
        offsets,
        parts: parts as LiveParts,
        takenAtMs: clock.now(),
        runFacts: {
          ...factsOf(snapshot.data),
          changes: openChanges(snapshot.data.days.map(({ index }) => index)),
        },
      });
      return { bytes, kept: checkpoints.manifests().map((manifest) => manifest.parts) };
    },
  });

  return {
    source,
    pipeline,
    ...(from && { offsets: from.offsets }),
    keepers,
    checkpointer,
    idleAfterMs: kafka.idleAfterSeconds * 1000,
    stream(): StreamStatus {
      const { last, stallMs, problem } = checkpointer.facts();
      const unread = source.problem();
      const partitions = source.partitions();
      return {
        ...lagOf(partitions),
        partitions,
        checkpoint: {
          ageMs: last && stopwatch() - last.begunMs,
          tookMs: last?.ms ?? 0,
          bytes: last?.bytes ?? 0,
          stallMs,
        },
        lateDays: pipeline.lateDays(),
        notes: [...notes, ...openChanges(pipeline.openDays()).flatMap((change) => change.notes)],
        problem: unread ?? problem ?? archive.problem(),
        interrupted: unread !== null,
      };
    },
    async close() {
      await Promise.all(keepers.map((keeper) => keeper.close()));
    },
  };
}

function lagOf(partitions: readonly PartitionProgress[]): Pick<StreamStatus, 'lagRecords' | 'lagMs'> {
  let lagRecords = 0;
  let lagMs: number | null = null;
  for (const one of partitions) {
    lagRecords += one.lagRecords;
    if (one.lagMs !== null) lagMs = Math.max(lagMs ?? 0, one.lagMs);
  }
  return { lagRecords, lagMs };
}

function startOf({ start }: KafkaSettings): KafkaStart {
  return typeof start === 'string' ? start : { atMs: Date.parse(start.at) };
}
