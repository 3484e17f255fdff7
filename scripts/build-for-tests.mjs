import { buildEngine } from './build.mjs';

/** Builds what is stale of the engine before tests that start its processes and threads. */
export default async function buildForTests() {
  await buildEngine();
}
