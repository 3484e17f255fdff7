import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname } from 'node:path';
import next from 'next';
import { pino } from 'pino';
import { loadConfig } from './engine/config.ts';
import { startEngine } from './engine/engine.ts';
import { createHttpServer } from './engine/http/create-http-server.ts';
import { listen } from './engine/http/listen.ts';
import { createHub } from './engine/hub/hub.ts';
import { createSocketServer } from './engine/hub/socket-server.ts';
import { createProcessLife } from './engine/process-life.ts';
import { SOCKET_PATH } from './engine/protocol/socket-events.ts';

/** The composition root: configuration, engine, hub, HTTP and pages, one line with the address. */
const log = pino(pino.destination(2));
const onError = (message: string, err: unknown): void => log.error({ err }, message);
/** Longer than its threads have to end, one after the other. */
const END_WITHIN_MS = 150_000;
const life = createProcessLife({ process, withinMs: END_WITHIN_MS, onError });

async function serve(dir: string, dev: boolean): Promise<void> {
  const { version } = JSON.parse(readFileSync(`${dir}/package.json`, 'utf8')) as { version: string };
  const config = await loadConfig(dir, undefined, process.argv.slice(2));
  const engine = await startEngine({ config, version, clock: Date, log, onFatal: life.fail });
  life.atEnd(engine.close);
  const { io, upgrade } = createSocketServer();
  const hub = createHub({ io, feed: engine.data, jobs: engine.jobs, info: engine.info, onError });
  life.atEnd(hub.close);
  engine.publishTo(hub);

  // Next adds itself to the upgrades of the server that it serves: it gets one that hears nothing.
  const unheard = createServer();
  const app = next({ dev, dir, hostname: config.host, port: config.port, httpServer: unheard });
  const ready = app.prepare().then(() => app.getRequestHandler());
  ready.catch(life.fail);
  life.atEnd(() => app.close());

  const http = createHttpServer({
    ...engine,
    dev,
    query: engine.data.query,
    metrics: () => ({ ...engine.facts(), ...hub.gauges() }),
    pages: async (request, response) => (await ready)(request, response),
    upgrades: {
      [SOCKET_PATH]: upgrade,
      ...(dev && { '/_next/hmr': (...event) => unheard.emit('upgrade', ...event) }),
    },
    onError,
  });
  life.atEnd(() => http.close().closeAllConnections());
  const { newPassword } = engine.access;
  if (newPassword)
    process.stdout.write(`The operator's password is ${newPassword} (it is not shown again)\n`);
  process.stdout.write(`The board is at ${await listen(http, config)} (Ctrl-C ends it)\n`);
}

// Bundled, this file is dist/server.js.
serve(dirname(import.meta.dirname), process.argv.includes('--dev')).catch(life.fail);
