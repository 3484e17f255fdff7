import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const POM = join(import.meta.dirname, 'pom.xml');
const JARS = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'gmv', 'flink-2.3.0');
const FIRST_PORT = 18_081;
const LAST_PORT = 18_099;
const MOST_READY_MS = 180_000;

/** Why there can be no Flink on this machine; null where there can be one. */
export function flinkMissing(): string | null {
  const java = spawnSync('java', ['-version'], { encoding: 'utf8' });
  const version = Number(/version "(\d+)/.exec(java.stderr ?? '')?.[1] ?? 0);
  if (version !== 17) return 'no Java 17';
  const jars = existsSync(JARS) && readdirSync(JARS).some((name) => name.startsWith('flink-sql-gateway'));
  if (jars || spawnSync('mvn', ['-version']).status === 0) return null;
  return 'no Maven';
}

export interface FlinkProcess {
  /** Address of its SQL Gateway. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Starts Flink as one process, a SQL Gateway that runs its jobs within itself, and waits until it answers. The zone
 * of its machine is one that no test uses. Maven fetches it once (about 190 MB) into the user's cache folder.
 *
 * @param folder for configuration, logs and what the jobs spill
 */
export async function startFlink(folder: string): Promise<FlinkProcess> {
  if (!existsSync(JARS)) {
    const args = ['-q', '-B', '-f', POM, 'dependency:copy-dependencies', `-DoutputDirectory=${JARS}`];
    execFileSync('mvn', args, { stdio: 'inherit' });
  }
  const rest = await freePort(FIRST_PORT);
  const gateway = await freePort(rest + 1);
  mkdirSync(join(folder, 'tmp'), { recursive: true });
  writeFileSync(join(folder, 'config.yaml'), configuration(folder, rest, gateway));
  writeFileSync(join(folder, 'log4j2.properties'), LOGGING);
  const log = join(folder, 'gateway.log');
  const file = openSync(log, 'w');
  const child = spawn('nice', ['-n', '10', 'java', ...javaArgs(folder)], {
    env: { ...process.env, FLINK_CONF_DIR: folder, FLINK_LIB_DIR: JARS, TZ: 'Pacific/Apia' },
    stdio: ['ignore', file, file],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = `http://127.0.0.1:${gateway}`;
  const untilMs = Date.now() + MOST_READY_MS;
  for (;;) {
    const answered = await fetch(`${url}/v3/info`)
      .then(({ ok }) => ok)
      .catch(() => false);
    if (answered) break;
    if (child.exitCode !== null || Date.now() > untilMs) {
      child.kill();
      throw new Error(`Flink did not start:\n${readFileSync(log, 'utf8').slice(-3000)}`);
    }
    await sleep(200);
  }
  return {
    url,
    async stop() {
      child.kill();
      await ended;
    },
  };
}

function configuration(folder: string, rest: number, gateway: number): string {
  return Object.entries({
    'execution.target': 'local',
    'parallelism.default': 1,
    'rest.address': '127.0.0.1',
    'rest.bind-address': '127.0.0.1',
    'rest.port': rest,
    'jobmanager.rpc.address': '127.0.0.1',
    'jobmanager.bind-host': '127.0.0.1',
    'taskmanager.host': '127.0.0.1',
    'taskmanager.bind-host': '127.0.0.1',
    'taskmanager.memory.managed.size': '1536m',
    'taskmanager.memory.network.min': '128m',
    'taskmanager.memory.network.max': '128m',
    'io.tmp.dirs': join(folder, 'tmp'),
    'sql-gateway.endpoint.rest.address': '127.0.0.1',
    'sql-gateway.endpoint.rest.bind-address': '127.0.0.1',
    'sql-gateway.endpoint.rest.port': gateway,
    'sql-gateway.endpoint.rest.bind-port': `"${gateway}"`,
  })
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('');
}

const LOGGING = `rootLogger.level = WARN
rootLogger.appenderRef.c.ref = C
appender.c.name = C
appender.c.type = CONSOLE
appender.c.layout.type = PatternLayout
appender.c.layout.pattern = %d{HH:mm:ss.SSS} %-5p %c{1} - %m%n
`;

/** What Flink's own start scripts open to it. */
const OPENED =
  'java.lang java.net java.io java.nio sun.nio.ch java.lang.reflect java.text java.time java.util ' +
  'java.util.concurrent java.util.concurrent.atomic java.util.concurrent.locks';

function javaArgs(folder: string): string[] {
  return [
    '-Xmx2g',
    '-XX:MaxDirectMemorySize=512m',
    ...OPENED.split(' ').map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED`),
    `-Dlog4j.configurationFile=file:${join(folder, 'log4j2.properties')}`,
    `-Djava.io.tmpdir=${join(folder, 'tmp')}`,
    ...['-cp', join(JARS, '*'), 'org.apache.flink.table.gateway.SqlGateway'],
  ];
}

/** The first port from `from` on that nobody listens on. */
async function freePort(from: number): Promise<number> {
  for (let port = from; port <= LAST_PORT; port++) {
    const free = await new Promise<boolean>((resolve) => {
      const server = createServer();
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (free) return port;
  }
  throw new Error(`no free port from ${from} to ${LAST_PORT}`);
}
