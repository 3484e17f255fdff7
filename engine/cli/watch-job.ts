import type { JobState, JobSummary, JobUpdate } from '../protocol/jobs.ts';
import { SOCKET_PATH } from '../protocol/socket-events.ts';
import { jobLineText, logLineText, plainText } from './job-texts.ts';

/** Where a job waits for someone, or is over. */
const ENDS: readonly JobState[] = [
  'awaiting_approval',
  'published',
  'undone',
  'discarded',
  'cancelled',
  'failed',
];
const CLEAR_LINE = '\r\u001b[K';

/**
 * Shows what a job does, as the server tells it, until it waits for someone or is over: its log line by line, and on a
 * terminal how far it is.
 */
export async function watchJob(options: {
  readonly url: string;
  readonly id: string;
  readonly output: NodeJS.WriteStream;
  readonly timeZone: string;
  readonly signal: AbortSignal;
}): Promise<JobSummary> {
  const { url, id, output, timeZone, signal } = options;
  // Loading it takes longer than most of what the command line loads, and no other command needs it.
  const { io } = await import('socket.io-client');
  const socket = io(url, { path: SOCKET_PATH, transports: ['websocket'], forceNew: true });
  const clear = output.isTTY ? CLEAR_LINE : '';
  let lastLogMs = 0;

  return new Promise<JobSummary>((done, reject) => {
    const stop = (): void => reject(signal.reason);
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
    socket.on('connect', () => socket.emit('watchJobs', { job: id }));
    socket.on('job', (update: JobUpdate) => {
      if (update.id !== id) return;
      // After a lost connection the whole comes again.
      const news = update.whole ? update.log.filter(({ atMs }) => atMs > lastLogMs) : update.log;
      lastLogMs = Math.max(lastLogMs, ...update.log.map(({ atMs }) => atMs));
      for (const line of news) output.write(`${clear}${plainText(logLineText(line, timeZone))}\n`);
      if (output.isTTY) output.write(`${CLEAR_LINE}${plainText(jobLineText(update.summary, timeZone))}`);
      if (ENDS.includes(update.summary.state)) {
        signal.removeEventListener('abort', stop);
        done(update.summary);
      }
    });
  }).finally(() => {
    output.write(clear);
    socket.disconnect();
  });
}
