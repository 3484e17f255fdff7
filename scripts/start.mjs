import { buildApp, buildEngine } from './build.mjs';

/** `npm start`: builds what is missing or stale, then runs the server in this process. */
Object.assign(process.env, { NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' });

// Ended while it builds is ended as asked; the next start builds again what was not finished.
const end = () => process.exit(0);
process.on('SIGINT', end);
process.on('SIGTERM', end);
try {
  await buildEngine();
  await buildApp();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
process.off('SIGINT', end);
process.off('SIGTERM', end);

// npm hands SIGTERM to a shell that keeps it for itself: a server whose npm is gone ends as if it had got it.
const parent = process.ppid;
if (process.env.npm_lifecycle_event === 'start') {
  const watching = setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
  }, 1000).unref();
  // One that is ending must not take it for a second signal.
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => clearInterval(watching));
}
await import(new URL('../dist/server.js', import.meta.url).href);
