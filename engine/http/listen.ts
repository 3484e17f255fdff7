import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GmvError } from '../errors.ts';

/**
 * Listens, and gives the address to open in a browser.
 *
 * @throws GmvError `port` where the port is taken or not allowed.
 */
export function listen(server: Server, { host, port }: { host: string; port: number }): Promise<string> {
  return new Promise((done, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why =
        cause.code === 'EADDRINUSE' ? 'is taken by another program' : `can't be used (${cause.message})`;
      const remedy = 'Stop what uses it, or choose another: PORT=3001 npm start';
      reject(new GmvError('port', `Port ${port} of ${host} ${why}`, remedy, { cause }));
    });
    server.listen(port, host, () => {
      const address = server.address() as AddressInfo;
      const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
      done(`http://${name}:${address.port}`);
    });
  });
}
