import type { MessagePort } from 'node:worker_threads';
import type { KafkaSettings } from '../../../config.ts';
import type { Failure } from '../../../errors.ts';
import type { NewValues } from '../../../events/new-values.ts';
import type { RecordBatch } from '../../../events/record-batch.ts';
import type { Plan } from '../../../plan/plan.ts';
import type { KafkaStart } from '../../../sources/kafka/start-positions.ts';
import type { PartitionProgress } from '../../../sources/source.ts';

/** What the thread that reads Kafka is started with. */
export interface IntakeTask {
  /** To the live thread. */
  readonly port: MessagePort;
  readonly plan: Pick<Plan, 'schema' | 'limits'>;
  readonly kafka: KafkaSettings;
  readonly minorDigits: number;
  readonly start: KafkaStart;
  readonly clockOffsetMs: number;
  /** What the live thread's dictionaries hold: codes mean the same in both threads. */
  readonly values: NewValues;
}

/** How the source stands at the moment of a message. */
export interface IntakeState {
  readonly partitions: readonly PartitionProgress[];
  readonly replaying: boolean;
  readonly problem: string | null;
}

export type FromIntake =
  | ({
      readonly kind: 'rows';
      readonly batch: RecordBatch;
      readonly partition: string;
      readonly nextOffset: string;
      /** Values that dictionaries got since the message before. */
      readonly values: NewValues;
    } & IntakeState)
  | ({ readonly kind: 'idle' } & IntakeState)
  | { readonly kind: 'notice'; readonly level: 'info' | 'warn'; readonly message: string }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** Gives a batch back, to be filled again. */
export interface ToIntake {
  readonly batch: RecordBatch;
}
