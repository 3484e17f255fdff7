import { GmvError } from '../../errors.ts';
import { say } from '../../protocol/sayings.ts';

/**
 * What kafkajs threw, for people.
 *
 * @param doing what was being done, as in "Orders can't be sent to topic orders"
 */
export function kafkaError(error: unknown, doing: string, brokers: readonly string[]): GmvError {
  if (error instanceof GmvError) return error;
  const causes = [...causesOf(error)];
  const denied = causes.find(isDenial);
  if (denied) {
    return new GmvError(
      'kafka_denied',
      `${doing}: ${say('kafka_refuses', { brokers: brokers.join(', '), why: denied.message.replace(/\.$/, '') })}`,
      say('check_kafka_user'),
      { cause: error },
    );
  }
  const away = causes.find(({ name }) =>
    /Connection|Broker(NotFound|NotConnected)|RequestTimeout/.test(name),
  );
  const deepest = causes.at(-1);
  const reason = (away ?? deepest)?.message.replace(/\.$/, '') ?? String(error);
  if (away) {
    return new GmvError(
      'kafka_unreachable',
      `${doing}: ${say('no_broker', { brokers: brokers.join(', '), why: reason })}`,
      CLOSED.test(reason) ? say('kafka_closes') : say('start_broker'),
      { cause: error, retriable: true },
    );
  }
  return new GmvError('kafka', `${doing}: ${reason}`, say('broker_log'), {
    cause: error,
    retriable: causes.some((cause) => 'retriable' in cause && cause.retriable === true),
  });
}

/** Node's codes of a TLS connection that can't come about; those of OpenSSL begin with ERR_SSL. */
const TLS_CODES = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REVOKED',
  'CERT_SIGNATURE_FAILURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'EPROTO',
]);

/** Whether someone has to change something before it can work. */
function isDenial(error: Error): boolean {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const type = 'type' in error && typeof error.type === 'string' ? error.type : '';
  return (
    error.name === 'KafkaJSSASLAuthenticationError' ||
    TLS_CODES.has(code) ||
    code.startsWith('ERR_SSL') ||
    /_AUTHORIZATION_FAILED$|^SASL_AUTHENTICATION_FAILED$|_SASL_/.test(type)
  );
}

/** kafkajs's and Node's words for a connection that the other side has closed. */
const CLOSED = /closed connection|disconnected before secure TLS/i;

function* causesOf(error: unknown): Generator<Error> {
  for (let next: unknown = error; next instanceof Error; next = next.cause) yield next;
}
