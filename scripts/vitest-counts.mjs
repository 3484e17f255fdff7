import { writeFileSync } from 'node:fs';

/**
 * @typedef {object} Counted what became of a tool's tests
 * @property {number} passed
 * @property {number} failed
 * @property {{ name: string, reason: string }[]} skipped
 */

/**
 * A vitest reporter that writes {@link Counted} as JSON, with the reasons of skipped tests. A test file that
 * can't be loaded and an error outside of any test count as one failure each.
 */
export default class VitestCounts {
  /** @param {{ outputFile: string }} options */
  constructor({ outputFile }) {
    this.outputFile = outputFile;
  }

  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly unknown[]} errors
   */
  onTestRunEnd(modules, errors) {
    /** @type {Counted} */
    const counted = { passed: 0, failed: errors.length, skipped: [] };
    for (const module of modules) {
      let failedTests = 0;
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === 'passed') counted.passed++;
        else if (result.state === 'failed') failedTests++;
        else {
          const hookFailed = test.parent.state() === 'failed' && test.options.mode === 'run';
          const unsaid = hookFailed ? 'a hook before it failed' : 'no reason given';
          const reason = (result.state === 'skipped' && result.note) || unsaid;
          counted.skipped.push({ name: `${module.relativeModuleId} > ${test.fullName}`, reason });
        }
      }
      counted.failed += failedTests === 0 && module.state() === 'failed' ? 1 : failedTests;
    }
    writeFileSync(this.outputFile, JSON.stringify(counted));
  }
}
