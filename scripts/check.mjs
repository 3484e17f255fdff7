import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { houseViolations } from './house-rules.mjs';
import { runCommand, tool } from './run-command.mjs';

const ROOT = join(import.meta.dirname, '..');
const CRUISED = ['server.ts', 'gmv.config.ts', 'engine', 'app', 'components', 'test', 'bench', 'e2e'];

/**
 * @typedef {object} CheckStep
 * @property {string} name
 * @property {() => Promise<{ ok: boolean, output: string }>} run
 */

/**
 * @param {string} name
 * @param {string} script inside node_modules
 * @param {readonly string[]} args
 * @returns {CheckStep}
 */
function nodeTool(name, script, args) {
  return {
    name,
    async run() {
      const { code, output, problem } = await runCommand(process.execPath, [tool(script), ...args]);
      return { ok: code === 0, output: [output.trim(), problem].filter(Boolean).join('\n') };
    },
  };
}

/** @type {readonly CheckStep[]} */
const STEPS = [
  nodeTool('types', 'typescript/bin/tsc', ['--noEmit', '--pretty', 'false']),
  nodeTool('lint and format', '@biomejs/biome/bin/biome', ['check', '--error-on-warnings']),
  nodeTool('import rules', 'dependency-cruiser/bin/dependency-cruise.mjs', [
    '--config',
    '.dependency-cruiser.mjs',
    '--output-type',
    'err-long',
    ...CRUISED.filter((path) => existsSync(join(ROOT, path))),
  ]),
  nodeTool('dead code', 'knip/bin/knip.js', ['--no-progress']),
  {
    name: 'house rules',
    run: async () => {
      const violations = houseViolations(ROOT);
      return { ok: violations.length === 0, output: violations.join('\n') };
    },
  },
];

/**
 * Runs every check, two at a time, and prints what the failing ones say.
 *
 * @returns {Promise<{ passed: string[], failed: string[] }>} names of the steps
 */
export async function runChecks() {
  /** @type {string[]} */
  const passed = [];
  /** @type {string[]} */
  const failed = [];
  const waiting = [...STEPS];
  const worker = async () => {
    for (let step = waiting.shift(); step; step = waiting.shift()) {
      const { ok, output } = await step.run();
      (ok ? passed : failed).push(step.name);
      console.log(`check: ${step.name} ${ok ? 'ok' : 'FAILED'}`);
      if (!ok && output) console.log(output.replace(/^/gm, '  '));
    }
  };
  await Promise.all([worker(), worker()]);
  return { passed, failed };
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const { passed, failed } = await runChecks();
  if (failed.length > 0) {
    console.log(`check failed: ${failed.join(', ')}`);
    process.exitCode = 1;
  } else {
    console.log(`check passed: ${passed.join(', ')}`);
  }
}
