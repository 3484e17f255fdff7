import { GmvError } from '../../errors.ts';

/**
 * What kafkajs threw, for people.
 *
 * @param doing what was being done, as in "Orders can't be sent to topic orders"
 */
export function kafkaError(error: unknown, doing: string, brokers: readonly string[]): GmvError {
  if (error instanceof GmvError) return error;
  const causes = [...causesOf(error)];
  const away = causes.find(({ name }) =>
    /Connection|Broker(NotFound|NotConnected)|RequestTimeout/.test(name),
  );
  const deepest = causes.at(-1);
  const reason = (away ?? deepest)?.message.replace(/\.$/, '') ?? String(error);
  if (away) {
    return new GmvError(
      'kafka_unreachable',
      `${doing}: no Kafka broker answers at ${brokers.join(', ')} (${reason})`,
      'Start one with "npm run kafka", or name yours with --brokers.',
      { cause: error, retriable: true },
    );
  }
  return new GmvError('kafka', `${doing}: ${reason}`, 'The broker’s own log may say more.', { cause: error });
}

function* causesOf(error: unknown): Generator<Error> {
  for (let next: unknown = error; next instanceof Error; next = next.cause) yield next;
}
