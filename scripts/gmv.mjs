#!/usr/bin/env node
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildEngine, ROOT } from './build.mjs';

// The command line: builds what is missing or stale, then runs in this process. Only the CLI writes to stdout.
try {
  await buildEngine();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
process.setSourceMapsEnabled(true);
await import(pathToFileURL(join(ROOT, 'dist', 'cli.js')).href);
