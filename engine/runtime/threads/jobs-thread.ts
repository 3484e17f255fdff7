import { parentPort } from 'node:worker_threads';
import { answerCall } from './calls.ts';
import { runThread } from './run-thread.ts';
import type { FromJobsThread, ToJobsThread } from './thread-messages.ts';

const main = parentPort;
if (main) {
  await runThread(main, async () => {
    const service = {};
    const post = (message: FromJobsThread): void => main.postMessage(message);
    await new Promise<void>((done) => {
      main.on('message', (message: ToJobsThread) => {
        if (message.kind === 'stop') done();
        else if (message.kind === 'call') void answerCall(service, message).then(post);
      });
    });
  });
}
