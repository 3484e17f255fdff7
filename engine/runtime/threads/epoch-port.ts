import type { MessagePort } from 'node:worker_threads';
import type { Epoch } from '../../figures/epoch.ts';
import type { StreamStatus } from '../../protocol/status.ts';
import { buffersOf } from '../replay/replay-messages.ts';
import type { DataToLive, LiveToData } from './thread-messages.ts';

/** Epochs on their way to the data thread; while it lags behind, changes coalesce where they are made. */
const MOST_ON_THE_WAY = 2;

/** Epochs to the data thread, no more ahead of it than a few. */
export interface EpochPort {
  post(epoch: Epoch): void;
  mayPost(): boolean;
  /** From now on: a sealed day is in history for good. */
  onDayTaken(take: (day: string) => void): void;
}

export function createEpochPort(port: MessagePort, stream: () => StreamStatus | null): EpochPort {
  let onTheWay = 0;
  let taken: (day: string) => void = () => undefined;
  port.on('message', (message: DataToLive) => {
    if (message.kind === 'applied') onTheWay--;
    else taken(message.day);
  });
  return {
    post(epoch) {
      onTheWay++;
      const buffers = [...epoch.days, ...epoch.sealed].flatMap(buffersOf);
      port.postMessage({ kind: 'epoch', epoch, stream: stream() } satisfies LiveToData, buffers);
    },
    mayPost: () => onTheWay < MOST_ON_THE_WAY,
    onDayTaken(take) {
      taken = take;
    },
  };
}
