import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { createBusinessCalendar } from '../../calendar/business-calendar.ts';
import { historyPaths } from '../../history/history-paths.ts';
import type { JobsHistory } from '../../history/jobs-history.ts';
import { openHistory } from '../../history/open-history.ts';
import type { EncodedEpoch } from '../../protocol/encoded.ts';
import { createStore } from '../../store/create-store.ts';
import { viewTable } from '../../store/frames/view-table.ts';
import { createCaptures } from '../parity/captures.ts';
import { answerCall, type Call } from './calls.ts';
import { runThread } from './run-thread.ts';
import type {
  DataApi,
  DataTask,
  DataToHistory,
  DataToLive,
  FromDataThread,
  HistoryToData,
  LiveFacts,
  LiveToData,
  ToDataThread,
} from './thread-messages.ts';

type FilterPort = Extract<ToDataThread, { kind: 'connect-filter' }>;

/** Calls of `JobsHistory` after which open boards show other figures. */
const CHANGES_WHAT_IS_PUBLISHED: ReadonlySet<string> = new Set<keyof JobsHistory>(['publishJob', 'undoJob']);

/** Thread entry: owns the store and the history file. Everything that makes a frame happens one after another. */
async function runData(
  main: MessagePort,
  task: DataTask,
  atEnd: (close: () => Promise<void>) => void,
): Promise<void> {
  const { plan, dataFolder, keep, clockOffsetMs } = task;
  const clock = (): number => Date.now() + clockOffsetMs;
  const calendar = createBusinessCalendar(plan.timeZone);
  const history = await openHistory({ path: historyPaths(dataFolder).file, plan, clock, keep });
  atEnd(history.close);
  let livePort: MessagePort | null = null;
  const store = createStore({
    plan,
    calendar,
    history,
    clock,
    onFilters: (wanted) => post({ kind: 'filters', wanted }),
    onSealedDayTaken: (day) => livePort?.postMessage({ kind: 'day-taken', day } satisfies DataToLive),
  });
  const post = (message: FromDataThread): void => main.postMessage(message);
  let runId = '';
  /** Of the last epoch of this run. */
  let head: Omit<EncodedEpoch, 'views'> | null = null;

  let last: Promise<unknown> = Promise.resolve();
  let fail: (error: unknown) => void = () => undefined;
  /** What makes or reads frames, in turn: a read never sees half an epoch. */
  const inTurn = (work: () => unknown): void => {
    last = last.then(work).catch((error: unknown) => fail(error));
  };

  const headNow = () =>
    head ?? { runId, epoch: 0, watermarkMs: null, dataToMs: null, publishedAtMs: clock() };
  const publish = (encoded: EncodedEpoch, live: LiveFacts | null): void => {
    const { views: _, ...rest } = encoded;
    head = rest;
    post({ kind: 'epoch', encoded, live, violations: store.violations(), problem: store.problem() });
  };
  const takeEpoch = async (port: MessagePort, { epoch, stream }: LiveToData): Promise<void> => {
    if (epoch.runId !== runId) return;
    const { counts, replaying, lagMs } = epoch;
    publish(await store.applyEpoch(epoch), { counts, replaying, lagMs, stream });
    captures.seen(epoch);
    port.postMessage({ kind: 'applied' } satisfies DataToLive);
  };
  const takeFiltered = (from: FilterPort, { epoch }: LiveToData): void => {
    const { port, runId: ofRun, filter } = from;
    if (epoch.runId !== ofRun) return;
    store.applyFiltered(filter, epoch);
    port.postMessage({ kind: 'applied' } satisfies DataToLive);
  };
  const takeDay = async (port: MessagePort, { figures }: HistoryToData): Promise<void> => {
    const { frame } = await store.publishDay(figures, 'replay');
    // Before the first epoch of this thread the store knows no run.
    publish({ ...headNow(), views: frame.views }, null);
    port.postMessage({ kind: 'day-taken', day: figures.day } satisfies DataToHistory);
  };
  const answerJobs = async (port: MessagePort, call: Call): Promise<void> => {
    const answered = await answerCall(history.jobs, call);
    if (CHANGES_WHAT_IS_PUBLISHED.has(call.name)) publish(await store.refresh(), null);
    port.postMessage(answered);
  };
  const captures = createCaptures((day) => store.liveFigures(day));
  const api: DataApi = {
    published: async () => history.publishedDays(),
    subscribe: ({ spec }) => store.publisher.subscribe(spec),
    async query({ spec, format }) {
      return viewTable({ spec, format, result: await store.query(spec), timeZone: plan.timeZone });
    },
    async read({ wants }) {
      const views = wants.map(({ view, since }) =>
        since === null ? store.publisher.snapshot(view) : store.publisher.catchUp(view, since),
      );
      return { ...headNow(), views };
    },
  };
  const answer = async (call: Call): Promise<void> => post(await answerCall(api, call));

  const stopped = new Promise<void>((done, crash) => {
    fail = crash;
    main.on('message', (message: ToDataThread) => {
      if (message.kind === 'stop') done();
      else if (message.kind === 'unsubscribe') store.publisher.unsubscribe(message.view);
      else if (message.kind === 'connect-live') {
        const { port } = message;
        livePort = port;
        runId = message.runId;
        port.on('message', (epoch: LiveToData) => inTurn(() => takeEpoch(port, epoch)));
      } else if (message.kind === 'connect-filter') {
        message.port.on('message', (epoch: LiveToData) => inTurn(() => takeFiltered(message, epoch)));
      } else if (message.kind === 'connect-history') {
        const { port } = message;
        port.on('message', (day: HistoryToData) => void takeDay(port, day).catch(fail));
      } else if (message.kind === 'connect-jobs') {
        const { port } = message;
        port.on('message', (call: Call) => void answerJobs(port, call).catch(fail));
      } else if (message.kind === 'connect-parity') {
        const { port } = message;
        port.on('message', async (call: Call) => port.postMessage(await answerCall(captures.feed, call)));
      } else if (message.name === ('read' satisfies keyof DataApi)) inTurn(() => answer(message));
      else void answer(message);
    });
  });
  post({ kind: 'ready' });
  await stopped;
  await last;
  await store.settled();
}

const main = parentPort;
if (main) await runThread(main, (atEnd) => runData(main, workerData as DataTask, atEnd));
