import type { KafkaSettings } from '../../config.ts';
import type { Dictionaries } from '../../events/dictionary.ts';
import { createJsonDecoder } from '../../events/json/json-decoder.ts';
import type { RecordBatch } from '../../events/record-batch.ts';
import type { Plan } from '../../plan/plan.ts';
import { createKafkaSource, type KafkaSource } from '../../sources/kafka/kafka-source.ts';
import type { KafkaStart } from '../../sources/kafka/start-positions.ts';

/** Offsets are left with this group for those who watch it; nothing reads them back. */
const GROUP = 'gmv';

export interface KafkaIntakeOptions {
  readonly plan: Pick<Plan, 'schema'>;
  readonly dictionaries: Dictionaries;
  readonly kafka: KafkaSettings;
  /** Of the board's currency. */
  readonly minorDigits: number;
  readonly start: KafkaStart;
  readonly nextBatch?: () => RecordBatch;
  /** Epoch ms. */
  readonly clock: { now(): number };
  /** Who is left the offsets, for those who watch it; null: no one. */
  readonly group?: string | null;
  /** For the log. */
  readonly say: (level: 'info' | 'warn', message: string) => void;
}

/**
 * The topics of the settings, decoded as the mapping says.
 *
 * @throws GmvError `mapping`
 */
export function openKafkaIntake(options: KafkaIntakeOptions): KafkaSource {
  const { plan, dictionaries, kafka, minorDigits, start, nextBatch, clock, say, group = GROUP } = options;
  const { schema } = plan;
  return createKafkaSource({
    connection: kafka,
    topics: kafka.topics,
    groupId: group,
    schema,
    decoder: createJsonDecoder({ schema, dictionaries, mapping: kafka.mapping, currencyDigits: minorDigits }),
    start,
    ...(nextBatch && { nextBatch }),
    clock,
    onEvent: ({ kind, message }) => say(kind === 'connected' ? 'info' : 'warn', message),
  });
}
