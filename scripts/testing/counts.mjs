/** How many tests passed, failed and were skipped, and why, from the JSON reports of the two runners. Pure. */

/**
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 * @typedef {object} VitestReport the parts of vitest's JSON report that are read
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {number} numPendingTests
 * @property {number} [numTodoTests]
 * @property {{ status: string, assertionResults: { status: string, fullName?: string }[] }[]} testResults one a file
 * @typedef {object} PlaywrightReport
 * @property {{ expected: number, unexpected: number, flaky: number, skipped: number }} stats
 * @property {PlaywrightSuite[]} [suites]
 *
 * @typedef {object} PlaywrightSuite
 * @property {PlaywrightSuite[]} [suites]
 * @property {{ title: string, tests: { status: string, annotations: { type: string, description?: string }[] }[] }[]} [specs]
 */

/**
 * A file that could not even be loaded counts as one failed test, and so does an error outside of any test.
 * @param {VitestReport | null} report null: vitest wrote none
 * @param {number} exitCode of vitest
 * @returns {Counts}
 */
export function countVitest(report, exitCode) {
  if (!report) return { passed: 0, failed: exitCode === 0 ? 0 : 1, skipped: 0 };
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed'),
  ).length;
  const failed = report.numFailedTests + brokenFiles;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: report.numPendingTests + (report.numTodoTests ?? 0),
  };
}

/**
 * A test that passed only when it was tried again has failed.
 * @param {PlaywrightReport | null} report @param {number} exitCode @returns {Counts}
 */
export function countPlaywright(report, exitCode) {
  if (!report) return { passed: 0, failed: exitCode === 0 ? 0 : 1, skipped: 0 };
  const failed = report.stats.unexpected + report.stats.flaky;
  return {
    passed: report.stats.expected,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: report.stats.skipped,
  };
}

/** The name of each test that vitest skipped. @param {VitestReport | null} report @returns {string[]} */
export function skippedByVitest(report) {
  const tests = report?.testResults.flatMap(({ assertionResults }) => assertionResults) ?? [];
  return tests.flatMap(({ status, fullName = 'a test' }) =>
    ['skipped', 'pending', 'todo'].includes(status) ? [fullName] : [],
  );
}

/** The name of each test that Playwright skipped, with its reason. @param {PlaywrightReport | null} report @returns {string[]} */
export function skippedByPlaywright(report) {
  /** @param {PlaywrightSuite} suite @returns {string[]} */
  const inSuite = ({ suites = [], specs = [] }) => [
    ...specs.flatMap(({ title, tests }) =>
      tests.flatMap(({ status, annotations }) => {
        const reason = annotations.find(({ type }) => type === 'skip')?.description ?? 'it did not run';
        return status === 'skipped' ? [`${title}: ${reason}`] : [];
      }),
    ),
    ...suites.flatMap(inSuite),
  ];
  return (report?.suites ?? []).flatMap(inSuite);
}

/** @param {Counts[]} counts @returns {Counts} */
export function addCounts(counts) {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const { passed, failed, skipped } of counts) {
    sum.passed += passed;
    sum.failed += failed;
    sum.skipped += skipped;
  }
  return sum;
}

/** The closing line that machines read. @param {Counts} counts */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** A run in which nothing was executed has not passed. @param {Counts} counts */
export function isSuccess({ passed, failed }) {
  return failed === 0 && passed > 0;
}
