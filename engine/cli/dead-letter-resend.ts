import { type DeadLetterBox, lettersFolder, sentMarksFile } from '../dead-letters/dead-letter-box.ts';
import { CONFLICT_REASON, isWhole, keptValueOf, keyOf, type Letter } from '../dead-letters/letter.ts';
import { isWanted, type LetterFilter, readLetters } from '../dead-letters/read-letters.ts';
import { openSentMarks, readSentMarks, type SentMarks } from '../dead-letters/sent-marks.ts';
import type { KafkaConnection } from '../sources/kafka/kafka-connection.ts';
import { type OrderMessage, openOrderProducer } from '../sources/kafka/order-producer.ts';

export interface ResendDeadLettersOptions extends LetterFilter {
  readonly box: Pick<DeadLetterBox, 'part'>;
  readonly liveFolder: string;
  readonly connection: KafkaConnection;
  /** Default: the topic that a letter came from. */
  readonly to?: string | undefined;
  readonly limit?: number | undefined;
  /** Also those that are marked as sent. */
  readonly again?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
  /** Epoch ms. */
  readonly now: () => number;
  /** Ends it after what is in flight. */
  readonly signal: AbortSignal;
}

/** Brokers take batches of a MiB by default. */
const MOST_BYTES = 512_000;
const MOST_LETTERS = 500;

/**
 * `gmv dead-letters resend`: sends the bytes of letters to their topic again, the oldest first, and marks each as sent
 * once the broker has it. Where it is interrupted in between, a few are sent twice, which changes nothing: a repeated
 * event is a duplicate. Not sent are those of which only the beginning was kept; and conflicts unless they are asked
 * for by reason, as they would contradict what was applied once more.
 *
 * A letter goes to the partition that it came from, so that events of one order stay together. The record's key and
 * headers were not kept, and its time is the present.
 *
 * @returns what was sent, for people
 * @throws GmvError `dead_letters_…`, `kafka_…`
 */
export async function resendDeadLetters(options: ResendDeadLettersOptions): Promise<string> {
  const { box, liveFolder, dryRun = false, now, signal } = options;
  const path = sentMarksFile(liveFolder);
  const { part } = await box.part();
  const letters: Letter[] = [];
  for await (const { letter } of readLetters({ folder: lettersFolder(liveFolder), part }))
    letters.push(letter);
  if (letters.length === 0) return 'There are no dead letters to send.';
  if (dryRun) {
    const chosen = choose(options, letters, await readSentMarks(path));
    const topics = byTopic(chosen.letters, options.to);
    return report('Would send', new Map([...topics].map(([topic, of]) => [topic, of.length])), chosen);
  }
  const keys = new Set(letters.map(keyOf));
  const writer = await openSentMarks(path, (key) => keys.has(key));
  try {
    const chosen = choose(options, letters, writer.marks);
    const sent = new Map<string, number>();
    for (const [topic, of] of byTopic(chosen.letters, options.to)) {
      await sendTo(topic, of, options.connection, signal, async (batch) => {
        await writer.add(batch, { sentAtMs: now(), to: topic });
        sent.set(topic, (sent.get(topic) ?? 0) + batch.length);
      });
    }
    return report(signal.aborted ? 'Interrupted: sent' : 'Sent', sent, chosen);
  } finally {
    await writer.close();
  }
}

async function sendTo(
  topic: string,
  letters: readonly Letter[],
  connection: KafkaConnection,
  signal: AbortSignal,
  onSent: (batch: readonly Letter[]) => Promise<void>,
): Promise<void> {
  if (signal.aborted) return;
  const producer = await openOrderProducer({
    ...connection,
    topic,
    partitions: null,
    codec: 'none',
    make: false,
  });
  try {
    for (const batch of batches(letters)) {
      if (signal.aborted) return;
      await producer.send(batch.map((letter) => messageOf(letter, topic, producer.partitions)));
      await onSent(batch);
    }
  } finally {
    await producer.close();
  }
}

interface Chosen {
  readonly letters: readonly Letter[];
  /** Letters that stay, by why. */
  readonly before: number;
  readonly conflicts: number;
  readonly cut: number;
}

function choose(options: ResendDeadLettersOptions, letters: readonly Letter[], marks: SentMarks): Chosen {
  const { reason, topic, again = false, limit } = options;
  const wanted = letters.filter((letter) => isWanted(letter, { reason, topic }));
  const fresh = wanted.filter((letter) => again || !marks.has(keyOf(letter)));
  const plain = fresh.filter((letter) => reason === CONFLICT_REASON || letter.reason !== CONFLICT_REASON);
  const whole = plain.filter(isWhole);
  return {
    letters: whole.slice(0, limit),
    before: wanted.length - fresh.length,
    conflicts: fresh.length - plain.length,
    cut: plain.length - whole.length,
  };
}

function byTopic(letters: readonly Letter[], to: string | undefined): Map<string, Letter[]> {
  const topics = new Map<string, Letter[]>();
  for (const letter of letters) {
    const topic = to ?? letter.topic;
    const of = topics.get(topic);
    if (of) of.push(letter);
    else topics.set(topic, [letter]);
  }
  return topics;
}

function* batches(letters: readonly Letter[]): Generator<Letter[]> {
  let batch: Letter[] = [];
  let bytes = 0;
  for (const letter of letters) {
    if (batch.length > 0 && (batch.length === MOST_LETTERS || bytes + letter.bytes > MOST_BYTES)) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push(letter);
    bytes += letter.bytes;
  }
  if (batch.length > 0) yield batch;
}

function messageOf(letter: Letter, topic: string, partitions: number): OrderMessage {
  const value = keptValueOf(letter);
  const stays = topic === letter.topic && letter.partition < partitions;
  return { key: null, value, ...(stays && { partition: letter.partition }) };
}

function report(verb: string, sent: ReadonlyMap<string, number>, chosen: Chosen): string {
  const count = (value: number): string => value.toLocaleString('en-US');
  const topics = [...sent].map(([topic, letters]) => `${count(letters)} to ${topic}`);
  const stay: readonly (readonly [number, string])[] = [
    [chosen.before, 'sent before (--again sends them once more)'],
    [chosen.conflicts, `in conflict with an event that was applied (--reason ${CONFLICT_REASON} sends them)`],
    [chosen.cut, 'too long to be kept whole: send them from where they came'],
  ];
  const notes = stay.flatMap(([letters, why]) => (letters > 0 ? [`Not sent: ${count(letters)} ${why}`] : []));
  return [`${verb} ${topics.join(', ') || 'nothing'}`, ...notes].join('\n');
}
