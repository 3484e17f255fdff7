import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { buildEngine, engineBuildOptions, ROOT, writeOutputs } from './build.mjs';
import { runCommand } from './run-command.mjs';

const ENDING = '.bench.ts';

/** Benchmarks are bundled like the server, into the same folder: what is measured is what runs. */
async function main() {
  const [name, ...args] = process.argv.slice(2);
  const names = readdirSync(join(ROOT, 'bench'))
    .filter((file) => file.endsWith(ENDING))
    .map((file) => file.slice(0, -ENDING.length));
  if (name === undefined) {
    console.log(`npm run bench -- NAME [--rounds N], with NAME one of:\n  ${names.join('\n  ')}`);
    return;
  }
  if (!names.includes(name)) throw new Error(`no benchmark "${name}": there is ${names.join(', ')}`);
  await buildEngine();
  const entryPoints = { [`bench-${name}`]: `bench/${name}${ENDING}` };
  const { outputFiles } = await build({ ...engineBuildOptions(), entryPoints });
  writeOutputs(outputFiles);
  const script = join(ROOT, 'dist', `bench-${name}.js`);
  const { code, problem } = await runCommand(process.execPath, [script, ...args], { inherit: true });
  if (problem) console.error(problem);
  process.exitCode = code;
}

await main().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
