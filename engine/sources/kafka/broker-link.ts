import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import Broker from 'kafkajs/src/broker/index.js';
import ConnectionPool from 'kafkajs/src/network/connectionPool.js';
import errors from 'kafkajs/src/protocol/error.js';
import apiKeys from 'kafkajs/src/protocol/requests/apiKeys.js';
import protocol from 'kafkajs/src/protocol/requests/index.js';
import { calmRequestQueue } from './calm-request-queue.ts';
import type { KafkaConnection } from './kafka-connection.ts';

/** The requests that are sent, by kafkajs's names. */
export type KafkaApi = 'Fetch' | 'ListOffsets' | 'Metadata' | 'GroupCoordinator' | 'OffsetCommit';

export interface BrokerLink {
  /**
   * Sends a request and gives its answer, as `decode` reads it or as kafkajs does. Error codes inside an answer are the
   * caller's to see.
   *
   * @throws what kafkajs throws where the broker is away, silent or refuses, and once the signal has aborted.
   */
  send<T>(api: KafkaApi, body: object, decode?: (payload: Buffer, version: number) => T): Promise<T>;
}

export interface BrokerLinkOptions {
  readonly host: string;
  readonly port: number;
  readonly connection: KafkaConnection;
  readonly clientId: string;
  /** How long an answer may take; ms. */
  readonly answerMs: number;
  /** Drops its connections; whatever waits for an answer fails. */
  readonly signal: AbortSignal;
}

const KEEP_ALIVE_MS = 60_000;

/**
 * One broker, connected and authenticated. It has two connections: one for fetches, which wait for records, one for
 * all else.
 */
export async function connectBroker(options: BrokerLinkOptions): Promise<BrokerLink> {
  const { host, port, connection, clientId, answerMs, signal } = options;
  signal.throwIfAborted();
  calmRequestQueue();
  const sockets = new Set<Socket>();
  let fail: (error: Error) => void = () => {};
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failed.catch(ignore);
  const close = (): void => {
    const error = new Error(`The connection to ${host}:${port} was closed`);
    fail(error);
    // With an error, as that is the one end that kafkajs always passes on to whoever waits.
    for (const socket of sockets) socket.destroy(error);
  };
  signal.addEventListener('abort', close, { once: true });
  const connectionPool = new ConnectionPool({
    host,
    port,
    clientId,
    logger: SILENT,
    ssl: connection.ssl || null,
    // A copy: kafkajs keeps what it needs for authentication in it.
    sasl: connection.sasl ? { ...connection.sasl } : null,
    connectionTimeout: answerMs,
    requestTimeout: answerMs,
    socketFactory({ ssl, onConnect }) {
      const socket = ssl
        ? connectTls({ host, port, ...(isIP(host) ? {} : { servername: host }), ...ssl }, onConnect)
        : connectTcp({ host, port }, onConnect);
      socket.setKeepAlive(true, KEEP_ALIVE_MS);
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      if (signal.aborted) socket.destroy(new Error('closed'));
      return socket;
    },
  });
  const broker = new Broker({ connectionPool, logger: SILENT });
  // kafkajs forgets who waits for authentication when a connection breaks meanwhile: the clock ends that, too.
  const late = setTimeout(() => fail(silence(`${host}:${port}`, answerMs * 2)), answerMs * 2);
  try {
    await Promise.race([broker.connect(), failed]);
  } catch (error) {
    close();
    throw error;
  } finally {
    clearTimeout(late);
  }
  return {
    async send<T>(api: KafkaApi, body: object, decode?: (payload: Buffer, version: number) => T) {
      const request = protocol.requests[api];
      const apiKey = apiKeys[api];
      if (!request || apiKey === undefined) throw new Error(`kafkajs knows no request ${api}`);
      const call = broker.lookupRequest(apiKey, request)(body);
      const version = call.request.apiVersion;
      const response = {
        decode: async (payload: Buffer) =>
          decode ? decode(payload, version) : call.response.decode(payload),
        parse: async (decoded: unknown) => decoded,
      };
      return (await connectionPool.send({ ...call, response })) as T;
    },
  };
}

/** @throws kafkajs's error of that code, unless it is 0, which says whom it is about. */
export function throwOnCode(code: number, subject: string): void {
  if (code === 0) return;
  const error = errors.createErrorFromCode(code);
  error.message = `${subject}: ${error.message}`;
  throw error;
}

/** Named as kafkajs names it, so that it counts as a broker that is away. */
function silence(broker: string, ms: number): Error {
  const error = new Error(`${broker} does not answer within ${ms / 1000} s`);
  return Object.assign(error, { name: 'KafkaJSRequestTimeoutError' });
}

function ignore(): void {}

const SILENT = {
  namespace: () => SILENT,
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
};
