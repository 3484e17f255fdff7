import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLiveServer, type LiveServer } from '../e2e/live-server.ts';
import { buildApp } from '../scripts/build.mjs';

const SLOW_TO_STOP = ['--import', join(import.meta.dirname, 'slow-to-stop.mjs')];

let server: LiveServer;

beforeAll(async () => {
  await buildApp();
  server = await createLiveServer();
}, 400_000);

afterAll(() => server.discard());

test('a second Ctrl-C or SIGTERM ends it at once, and the next start goes on', async () => {
  for (const [signal, again, code] of [
    ['SIGINT', 'SIGTERM', 130],
    ['SIGTERM', 'SIGINT', 143],
  ] as const) {
    const before = server.log().length;
    const said = () => server.log().slice(before);
    await server.start(SLOW_TO_STOP);
    // One press that comes twice, as npm passes it on: however slow this process is, the server gets both at once.
    for (const part of ['SIGSTOP', signal, again, 'SIGCONT'] as const) server.signal(part);
    await expect.poll(said).toMatch(/Stopping: .*Ctrl-C again ends it at once/);
    await sleep(1000);
    expect(said()).not.toContain('Ended at once');

    expect(await server.stop(signal), 'in order it would be 0').toBe(code);
    // Its last words may come after its end.
    await expect.poll(said).toMatch(/Ended at once\. .* nothing is lost\.\n$/);
  }
});
