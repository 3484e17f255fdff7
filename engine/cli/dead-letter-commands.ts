import { type Command, InvalidArgumentError } from 'commander';
import { partsOfPartition } from '../dead-letters/letter.ts';
import { openDeadLetterBox } from '../runtime/live/open-dead-letter-box.ts';
import type { KafkaConnection } from '../sources/kafka/kafka-connection.ts';
import { brokerList, integerFrom, topicName } from './cli-arguments.ts';
import { resendDeadLetters } from './dead-letter-resend.ts';
import { letterListText, letterText } from './dead-letter-text.ts';

/** What of the configuration says where letters are and where they go. */
export interface DeadLetterSettings {
  readonly dataFolder: string;
  readonly kafka?: KafkaConnection;
}

export interface DeadLetterCommandsOptions {
  readonly settings: () => Promise<DeadLetterSettings>;
  readonly print: (text: string) => void;
  /** Epoch ms. */
  readonly now: () => number;
  readonly signal: AbortSignal;
  readonly onInterrupted: () => void;
}

interface FilterFlags {
  readonly reason?: string;
  readonly topic?: string;
  readonly limit: number;
  readonly json?: boolean;
}

interface ResendFlags extends Omit<FilterFlags, 'limit'> {
  readonly limit?: number;
  readonly to?: string;
  readonly brokers?: readonly string[];
  readonly again?: boolean;
  readonly dryRun?: boolean;
}

const MOST_LISTED = 100_000;
const LISTED = 20;
const LOCAL_BROKERS = ['127.0.0.1:9092'];

/** Adds `gmv dead-letters`: reads what the server kept, beside it or without it, and sends it again. */
export function addDeadLetterCommands(program: Command, options: DeadLetterCommandsOptions): void {
  const { print, now, signal, onInterrupted } = options;
  const openBox = async () => {
    const { dataFolder, kafka = { brokers: LOCAL_BROKERS } } = await options.settings();
    return { ...openDeadLetterBox(dataFolder), kafka };
  };
  const commands = program
    .command('dead-letters')
    .description('Records of Kafka that were rejected, or contradict another with the same id.');

  commands
    .command('list')
    .description('List those of the last checkpoint, the newest first.')
    .option('--reason <name>', 'only this one, as in "rejected_by"; "conflict" for conflicts')
    .option('--topic <name>', 'only of this topic', topicName)
    .option('--limit <n>', 'most to list', integerFrom(1, MOST_LISTED), LISTED)
    .option('--json', 'print one JSON object')
    .action(async ({ json, ...query }: FilterFlags) => {
      const { box } = await openBox();
      const list = await box.list(query);
      print(json ? JSON.stringify(list) : letterListText(list));
    });

  commands
    .command('show')
    .description('Show one with all that was kept of it: text, or hex where it is no UTF-8.')
    .argument('<partition>', 'such as orders/0', partitionName)
    .argument('<offset>', 'its place there', offsetText)
    .option('--json', 'print one JSON object')
    .action(async (partition: string, offset: string, { json }: { readonly json?: boolean }) => {
      const { box } = await openBox();
      const letter = await box.find({ ...partsOfPartition(partition), offset });
      print(json ? JSON.stringify(letter) : letterText(letter));
    });

  commands
    .command('resend')
    .description('Send them to their topic again, each once; conflicts only where asked for by reason.')
    .option('--reason <name>', 'only this one')
    .option('--topic <name>', 'only of this topic', topicName)
    .option('--limit <n>', 'most to send, the oldest first', integerFrom(1, Number.MAX_SAFE_INTEGER))
    .option('--to <topic>', 'another topic than theirs', topicName)
    .option('--brokers <list>', 'host:port of some, by commas (default: those of gmv.config.ts)', brokerList)
    .option('--again', 'also those that were sent before')
    .option('--dry-run', 'say what would be sent')
    .option('--debug', 'print stack traces of errors')
    .action(async (flags: ResendFlags) => {
      const { box, liveFolder, kafka } = await openBox();
      const connection = { ...kafka, brokers: flags.brokers ?? kafka.brokers };
      print(await resendDeadLetters({ ...flags, box, liveFolder, connection, now, signal }));
      if (signal.aborted) onInterrupted();
    });
}

function partitionName(text: string): string {
  if (/^[\w.-]+\/\d+$/.test(text)) return text;
  throw new InvalidArgumentError('Use topic/number, such as orders/0.');
}

function offsetText(text: string): string {
  if (/^\d+$/.test(text)) return text;
  throw new InvalidArgumentError('Use the number that the list shows.');
}
