/** @typedef {import('@playwright/test/reporter').JSONReportSuite} Suite */

/**
 * Counts the tests of Playwright's JSON report; an error outside of any test counts as one failure.
 *
 * @param {string} text
 * @returns {import('./vitest-counts.mjs').Counted}
 */
export function playwrightCounts(text) {
  /** @type {import('@playwright/test/reporter').JSONReport} */
  const report = JSON.parse(text);
  /** @type {import('./vitest-counts.mjs').Counted} */
  const counted = { passed: 0, failed: report.errors.length, skipped: [] };
  /** @param {Suite} suite @param {string} path */
  const visit = (suite, path) => {
    for (const spec of suite.specs) {
      for (const test of spec.tests) {
        if (test.status === 'skipped') {
          const note = test.annotations.find(({ type }) => type === 'skip' || type === 'fixme');
          const reason = note?.description ?? 'no reason given, or a test before it failed';
          counted.skipped.push({ name: `${path} > ${spec.title}`, reason });
        } else if (test.status === 'expected') counted.passed++;
        else counted.failed++;
      }
    }
    for (const inner of suite.suites ?? []) visit(inner, `${path} > ${inner.title}`);
  };
  for (const suite of report.suites) visit(suite, suite.title);
  return counted;
}
