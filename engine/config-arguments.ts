import { parseArgs } from 'node:util';
import { GmvError, reasonOf } from './errors.ts';

const OPTIONS = {
  source: { type: 'string' },
  brokers: { type: 'string' },
  topic: { type: 'string', multiple: true },
  start: { type: 'string' },
  dev: { type: 'boolean' },
} as const;

const USAGE =
  'Use --source simulator|kafka, --brokers HOST:PORT,…, --topic NAME (more than once for several), --start earliest|latest|INSTANT.';

/**
 * Puts what the server was started with over its settings: `--source kafka --brokers 127.0.0.1:9092 --topic orders`.
 * Values are checked with all others.
 *
 * @throws GmvError `arguments` for one that there is not
 */
export function argumentsAsSettings(
  args: readonly string[],
  settings: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const { source, brokers, topic, start } = parse(args);
  const kafka = {
    ...(brokers !== undefined && { brokers: brokers.split(',').map((broker) => broker.trim()) }),
    ...(topic !== undefined && { topics: topic.flatMap((names) => names.split(',')) }),
    ...(start !== undefined && { start: /^(earliest|latest)$/.test(start) ? start : { at: start } }),
  };
  const merged = { ...settings, ...(source !== undefined && { source }) };
  if (Object.keys(kafka).length === 0) return merged;
  const given = typeof settings.kafka === 'object' ? settings.kafka : {};
  return { ...merged, kafka: { ...given, ...kafka } };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true, allowPositionals: false }).values;
  } catch (cause) {
    const reason = reasonOf(cause).split('. ')[0];
    throw new GmvError('arguments', String(reason), USAGE, { cause });
  }
}
