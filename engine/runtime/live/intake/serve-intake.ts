import { failureOf } from '../../../errors.ts';
import { createDictionaries } from '../../../events/create-dictionaries.ts';
import { restoreDictionary } from '../../../events/dictionary.ts';
import { columnOf } from '../../../events/event-batch.ts';
import { inSharedMemory } from '../../../events/in-shared-memory.ts';
import { createNewValues } from '../../../events/new-values.ts';
import { createRecordBatch, type RecordBatch } from '../../../events/record-batch.ts';
import { openKafkaIntake } from '../open-kafka-intake.ts';
import type { FromIntake, IntakeTask, ToIntake } from './intake-messages.ts';

const BATCH_ROWS = 4096;
/** Batches that are filled, on their way, or with the live thread: enough that neither waits for the other. */
const BATCHES = 8;
/** While nothing comes the live thread hears this often how the source stands; ms. */
const IDLE_EVERY_MS = 100;

/**
 * Reads Kafka and decodes records for the live thread at the other end of the port, until that closes: as far ahead as
 * there are batches. Codes of categories are the live thread's, as it learns each value before the first row with it.
 */
export async function serveIntake(task: IntakeTask): Promise<void> {
  const { port, plan, clockOffsetMs } = task;
  const dictionaries = createDictionaries(plan.schema, plan.limits.maxCategoryValues);
  for (const [name, texts] of Object.entries(task.values))
    restoreDictionary(columnOf(dictionaries, name), texts);
  const takeNew = createNewValues(dictionaries);
  takeNew();
  const makeBatch = (): RecordBatch => inSharedMemory(createRecordBatch(plan.schema, BATCH_ROWS));
  const free = Array.from({ length: BATCHES }, makeBatch);
  let wake = (): void => undefined;
  let closed = false;
  const post = (message: FromIntake): void => port.postMessage(message);
  const source = openKafkaIntake({
    ...task,
    dictionaries,
    clock: { now: () => Date.now() + clockOffsetMs },
    say: (level, message) => post({ kind: 'notice', level, message }),
    nextBatch: () => free.pop() ?? makeBatch(),
  });
  port.on('message', ({ batch }: ToIntake) => {
    free.push(batch);
    wake();
  });
  port.on('close', () => {
    closed = true;
    wake();
  });

  let idleSinceMs = 0;
  try {
    while (!closed) {
      if (free.length === 0) {
        await new Promise<void>((go) => {
          wake = go;
        });
        continue;
      }
      const polled = await source.poll();
      const state = { partitions: source.partitions(), problem: source.problem() };
      if (polled.kind === 'batch') {
        const { partition, nextOffset, replaying } = polled;
        const batch = polled.batch as RecordBatch;
        post({ kind: 'rows', batch, partition, nextOffset, replaying, values: takeNew(), ...state });
        idleSinceMs = 0;
      } else if (polled.kind === 'idle' && performance.now() - idleSinceMs >= IDLE_EVERY_MS) {
        post({ kind: 'idle', replaying: polled.replaying ?? false, ...state });
        idleSinceMs = performance.now();
      }
    }
  } catch (error) {
    post({ kind: 'failed', failure: failureOf(error) });
  } finally {
    await source.close();
    port.close();
  }
}
