import type { Measured } from './harness.ts';
import { processorSeconds, processorSecondsOfMachine, processorSecondsOfTree } from './processor-seconds.ts';

/** A topic that is read from its first record to its last. */
export interface TopicToRead {
  /** host:port */
  readonly broker: string;
  /** The broker's process, on this machine. */
  readonly brokerPid: number;
  readonly topic: string;
  readonly rows: number;
}

/** Measures from now on: the time, and what this process and the broker use of processors meanwhile, and what all others do. */
export function startLiveClock({ brokerPid, rows }: TopicToRead): { stop(): Omit<Measured, 'digest'> } {
  const begin = performance.now();
  const own = processorSeconds();
  const brokers = processorSecondsOfTree(brokerPid);
  const machine = processorSecondsOfMachine();
  return {
    stop() {
      const seconds = (performance.now() - begin) / 1000;
      const [ownUsed, brokerUsed] = [processorSeconds() - own, processorSecondsOfTree(brokerPid) - brokers];
      const others = processorSecondsOfMachine() - machine - ownUsed - brokerUsed;
      const perEvent = (used: number): number => (used / rows) * 1e6;
      const columns = {
        'CPU µs/event': perEvent(ownUsed),
        'of the broker': perEvent(brokerUsed),
        'others CPU %': (others / seconds) * 100,
      };
      return { rows, seconds, columns };
    },
  };
}
