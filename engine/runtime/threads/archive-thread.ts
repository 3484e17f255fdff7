import { parentPort, workerData } from 'node:worker_threads';
import type { ArchiveTask } from '../../archive/archive-messages.ts';
import { serveArchive } from '../../archive/serve-archive.ts';
import { createZstdPages } from '../../archive/zstd-pages.ts';
import { createBusinessCalendar } from '../../calendar/business-calendar.ts';
import { runThread } from './run-thread.ts';
import type { StopMessage } from './thread-messages.ts';

/** Thread entry: writes what the live thread's archive keeper takes; ends when that closes its port. */
const main = parentPort;
if (main) {
  const { port, folder, retention, plan } = workerData as ArchiveTask;
  main.on('message', (_stop: StopMessage) => port.close());
  await runThread(main, () =>
    serveArchive({
      port,
      folder,
      retention,
      schema: plan.schema,
      limits: plan.limits,
      calendar: createBusinessCalendar(plan.timeZone),
      codec: createZstdPages(),
    }),
  );
}
