import { join } from 'node:path';
import { build } from 'esbuild';
import { engineBuildOptions, ROOT, writeOutputs } from './build.mjs';
import { runCommand } from './run-command.mjs';

/** The fuzzer's process, its threads and its witness, bundled like the server: worker threads can't load TypeScript. */
const entryPoints = Object.fromEntries(
  ['fuzz', 'fuzz-worker', 'witness'].map((name) => [`fuzz/${name}`, `test/fuzz/${name}.ts`]),
);

try {
  const { outputFiles } = await build({ ...engineBuildOptions(), entryPoints });
  writeOutputs(outputFiles);
  const script = join(ROOT, 'dist', 'fuzz', 'fuzz.js');
  const { code, problem } = await runCommand(process.execPath, [script, ...process.argv.slice(2)], {
    inherit: true,
  });
  if (problem) console.error(problem);
  process.exitCode = code;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
