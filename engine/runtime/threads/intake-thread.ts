import { parentPort, workerData } from 'node:worker_threads';
import type { IntakeTask } from '../live/intake/intake-messages.ts';
import { serveIntake } from '../live/intake/serve-intake.ts';
import { runThread } from './run-thread.ts';
import type { StopMessage } from './thread-messages.ts';

/** Thread entry: reads and decodes what the live thread takes; ends when that closes its port. */
const main = parentPort;
if (main) {
  const task = workerData as IntakeTask;
  main.on('message', (_stop: StopMessage) => task.port.close());
  await runThread(main, () => serveIntake(task));
}
