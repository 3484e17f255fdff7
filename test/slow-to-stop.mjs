import { spawnSync } from 'node:child_process';
import { parentPort, workerData } from 'node:worker_threads';

/** Loaded by `--import` into every thread of a server: when it is to end, its thread of jobs is at work for seconds. */
const SECONDS = '8';

if (parentPort && workerData?.backfill) {
  const on = parentPort.on.bind(parentPort);
  parentPort.on = (name, listen) =>
    on(name, (message) => {
      // Outside JavaScript, as an encoder or a slow disk is: nothing can interrupt that.
      if (name === 'message' && message.kind === 'stop') spawnSync('sleep', [SECONDS]);
      listen(message);
    });
}
