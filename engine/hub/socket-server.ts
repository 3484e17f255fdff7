import { createServer, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { Server } from 'socket.io';
import { type ClientToServer, type ServerToClient, SOCKET_PATH } from '../protocol/socket-events.ts';

/** A client says little: sets of views and acknowledgements. */
const MAX_MESSAGE_BYTES = 64 * 1024;

/**
 * A socket.io server that listens to nothing: whoever owns the HTTP server's upgrades hands it those of
 * `SOCKET_PATH`. Websockets only, uncompressed, so that one encoded packet serves all.
 */
export function createSocketServer(): {
  readonly io: Server<ClientToServer, ServerToClient>;
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
} {
  const unheard = createServer();
  const io = new Server<ClientToServer, ServerToClient>(unheard, {
    path: SOCKET_PATH,
    transports: ['websocket'],
    serveClient: false,
    perMessageDeflate: false,
    maxHttpBufferSize: MAX_MESSAGE_BYTES,
    destroyUpgrade: false,
  });
  return { io, upgrade: (request, socket, head) => void unheard.emit('upgrade', request, socket, head) };
}
