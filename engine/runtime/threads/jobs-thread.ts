import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { createBusinessCalendar } from '../../calendar/business-calendar.ts';
import { openDatasets } from '../../datasets/open-datasets.ts';
import { reasonOf } from '../../errors.ts';
import { historyPaths } from '../../history/history-paths.ts';
import type { JobsHistory } from '../../history/jobs-history.ts';
import { createJobsService, type JobsService } from '../../jobs/backfill/jobs-service.ts';
import { createShortPaths } from '../../short-paths.ts';
import { newestArchivePart } from '../live/newest-archive-part.ts';
import { buffersOf } from '../replay/replay-messages.ts';
import { createUnitPool } from '../replay/unit-pool.ts';
import { type Answer, answerCall, createCaller } from './calls.ts';
import { createCpuIdle } from './cpu-idle.ts';
import { runThread } from './run-thread.ts';
import type { FromJobsThread, JobsTask, ToJobsThread } from './thread-messages.ts';

/** Characters of a job's id: as many as tell a few thousand jobs apart, and no more than people can read out. */
const ID_BYTES = 5;

/** Thread entry: datasets, backfills and the threads that replay for them. */
async function runJobs(
  main: MessagePort,
  task: JobsTask,
  atEnd: (close: () => Promise<void>) => void,
): Promise<void> {
  const { plan, dataFolder, backfill, clockOffsetMs, port } = task;
  const post = (message: FromJobsThread): void => main.postMessage(message);
  const warn = (message: string): void => post({ kind: 'notice', level: 'warn', message });
  const clock = { now: () => Date.now() + clockOffsetMs };
  const calendar = createBusinessCalendar(plan.timeZone);
  const cpuIdle = createCpuIdle();
  const patterns = Object.values(task.datasets).flatMap(({ files }) => files);
  const short = createShortPaths({ configFolder: task.configFolder, dataFolder, patterns });

  const caller = createCaller<JobsHistory>({
    thread: 'data-thread',
    buffersOf: (name, ask) => (name === 'completeUnit' ? freshBuffers(ask as UnitResult) : []),
  });
  port.on('message', (message: Answer) => void caller.take(message));
  caller.attach((call, move) => port.postMessage(call, [...move]));

  const stopped = listen();
  const datasets = await openDatasets({
    ...task,
    settings: task.datasets,
    calendar,
    clock,
    newestArchivePart: () => newestArchivePart(dataFolder),
  });
  const threads = backfill.threads ?? Math.max(1, availableParallelism() - 1);
  const pool = createUnitPool({ threads, staging: historyPaths(dataFolder).staging, onProblem: warn });
  const service = await createJobsService({
    plan,
    calendar,
    clock,
    datasets,
    history: caller.api,
    pool,
    settings: backfill,
    threads,
    randomId: () => randomBytes(ID_BYTES).toString('hex'),
    onError: (message, error) => warn(`${message}: ${reasonOf(error)}`),
  });
  atEnd(async () => {
    await service.close();
    await pool.close();
    await datasets.close();
    port.close();
  });
  stopped.serve(service);
  await stopped.asked;

  /** What comes before the service is there waits for it. */
  function listen() {
    let serve: (service: JobsService) => void = () => undefined;
    const ready = new Promise<JobsService>((resolve) => {
      serve = resolve;
    });
    const asked = new Promise<void>((done) => {
      main.on('message', (message: ToJobsThread) => {
        if (message.kind === 'stop') done();
        else void ready.then((there) => take(there, message));
      });
    });
    return { asked, serve };
  }

  function take(there: JobsService, message: Exclude<ToJobsThread, { kind: 'stop' }>): void {
    if (message.kind === 'call') void answerCall(there, message).then((answer) => post(short(answer)));
    else if (message.kind === 'watch')
      there.watch(message, (news) => post({ kind: 'news', news: short(news) }));
    else there.load({ ...message.load, cpuIdle: cpuIdle() });
  }
}

type UnitResult = Parameters<JobsHistory['completeUnit']>[0];

const freshBuffers = ({ fresh }: UnitResult): ArrayBuffer[] =>
  fresh && !('folder' in fresh) ? buffersOf(fresh) : [];

const main = parentPort;
if (main) await runThread(main, (atEnd) => runJobs(main, workerData as JobsTask, atEnd));
