// Prints "PASSED FAILED" of a vitest JSON report; fails where there is no report or no test in it.
import { readFileSync } from 'node:fs';

const report = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const tests = report.testResults.flatMap((file) => file.assertionResults);
const passed = tests.filter((test) => test.status === 'passed');
const notPassed = tests.filter((test) => test.status !== 'passed');
for (const test of notPassed) console.error(`${test.status}: ${test.fullName}`);
if (tests.length === 0) {
  console.error('no test ran');
  process.exit(1);
}
console.log(passed.length, notPassed.length);
