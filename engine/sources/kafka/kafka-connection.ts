import type { ConnectionOptions } from 'node:tls';

/** How to reach a cluster, and who asks. */
export interface KafkaConnection {
  /** host:port of some of the cluster's brokers. */
  readonly brokers: readonly string[];
  /** TLS: true for the usual authorities, or Node's own options (`ca`, `cert`, `key`, …). Default: none. */
  readonly ssl?: boolean | ConnectionOptions;
  readonly sasl?: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  };
}
