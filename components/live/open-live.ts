import { io } from 'socket.io-client';
import { SOCKET_PATH } from '../../engine/protocol/socket-events.ts';
import { arrowRows } from './arrow-rows.ts';
import { createLiveClient, type LiveClient, type LiveSocket } from './live-client.ts';

/** Connects to the server that served the page. Reconnects by itself, for as long as the page is open. */
export function openLive(): LiveClient {
  return createLiveClient({
    openSocket: () =>
      io({
        path: SOCKET_PATH,
        transports: ['websocket'],
        reconnectionDelay: 500,
        reconnectionDelayMax: 5000,
      }) as LiveSocket,
    readArrow: arrowRows,
    nowMs: () => performance.now(),
    every(ms, run) {
      const timer = setInterval(run, ms);
      return () => clearInterval(timer);
    },
  });
}
