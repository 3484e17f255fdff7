/** The parts of kafkajs without types that `broker-link.ts` stands on. */
declare module 'kafkajs/src/network/connectionPool.js' {
  import type { ISocketFactory } from 'kafkajs';

  export default class ConnectionPool {
    constructor(options: {
      host: string;
      port: number;
      clientId: string;
      logger: object;
      ssl: object | boolean | null;
      sasl: object | null;
      socketFactory: ISocketFactory;
      connectionTimeout: number;
      requestTimeout: number;
    });
    send<T>(call: KafkaCall<T>): Promise<T>;
  }

  export interface KafkaCall<T> {
    readonly request: { readonly apiVersion: number };
    readonly response: {
      decode(payload: Buffer): Promise<T>;
      parse(decoded: T): Promise<T>;
    };
    readonly requestTimeout?: number;
  }
}

declare module 'kafkajs/src/broker/index.js' {
  import type ConnectionPool from 'kafkajs/src/network/connectionPool.js';
  import type { KafkaCall } from 'kafkajs/src/network/connectionPool.js';
  import type { KafkaRequest } from 'kafkajs/src/protocol/requests/index.js';

  export default class Broker {
    constructor(options: { connectionPool: ConnectionPool; logger: object });
    connect(): Promise<void>;
    lookupRequest(apiKey: number, request: KafkaRequest): (body: object) => KafkaCall<unknown>;
  }
}

declare module 'kafkajs/src/protocol/requests/index.js' {
  export interface KafkaRequest {
    readonly versions: readonly string[];
  }
  const protocol: { readonly requests: Readonly<Record<string, KafkaRequest>> };
  export default protocol;
}

declare module 'kafkajs/src/protocol/requests/apiKeys.js' {
  const apiKeys: Readonly<Record<string, number>>;
  export default apiKeys;
}

declare module 'kafkajs/src/protocol/error.js' {
  const errors: {
    createErrorFromCode(code: number): Error & { readonly type: string; readonly retriable: boolean };
  };
  export default errors;
}
