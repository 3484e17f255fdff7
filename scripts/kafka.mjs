import { parseArgs } from 'node:util';
import { startBroker } from './kafka/start-broker.mjs';

const USAGE = 'npm run kafka [-- --port 9092 --data data/kafka --partitions 4]';

/** `npm run kafka`: a broker for first trials, until Ctrl-C. */
async function main() {
  const { port, data, partitions } = options();
  const interrupted = new AbortController();
  const end = () => interrupted.abort(new Error('interrupted'));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, end);
  // npm hands SIGTERM to a shell that keeps it for itself: whoever's npm is gone ends as if it had got it.
  const parent = process.ppid;
  if (process.env.npm_lifecycle_event === 'kafka') {
    setInterval(() => process.ppid !== parent && end(), 1000).unref();
  }
  const { signal } = interrupted;
  const broker = await startBroker({ port, dataFolder: data, partitions, say: console.error, signal }).catch(
    (error) => {
      if (!signal.aborted) throw error;
    },
  );
  if (!broker) return;
  const host = port === 9092 ? '' : ` --brokers ${broker.address}`;
  console.log(`Kafka answers at ${broker.address}; its data is in ${data}; Ctrl-C ends it. Next, send orders to it:
  npm run -s gmv -- produce simulator --topic orders --rate 100${host}`);
  const asked = new Promise((done) => signal.addEventListener('abort', () => done(null), { once: true }));
  const printed = signal.aborted ? null : await Promise.race([asked, broker.ended]);
  if (printed !== null) throw new Error(`The broker ended by itself:\n${printed}`);
  await broker.stop();
}

function options() {
  /** @type {Record<string, string | undefined>} */
  let values = {};
  try {
    const text = { type: /** @type {const} */ ('string') };
    ({ values } = parseArgs({ options: { port: text, data: text, partitions: text } }));
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}. Usage: ${USAGE}`);
  }
  const port = Number(values.port ?? 9092);
  const partitions = Number(values.partitions ?? 4);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`--port ${values.port}: ${USAGE}`);
  if (!Number.isInteger(partitions) || partitions < 1) {
    throw new Error(`--partitions ${values.partitions}: ${USAGE}`);
  }
  return { port, partitions, data: values.data ?? 'data/kafka' };
}

await main().catch((error) => {
  console.error(`kafka: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
});
// The guard's pipe and a pending timer may keep it alive for a moment longer than it is of use.
process.exit();
