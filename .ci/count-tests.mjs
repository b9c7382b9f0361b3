#!/usr/bin/env zx
// Prints "PASSED FAILED" of a vitest JSON report; fails where there is no report or no test in it.
import { argv, fs } from 'zx';

const { testResults } = fs.readJsonSync(argv._[0]);
const tests = testResults.flatMap((file) => file.assertionResults);
const notPassed = tests.filter((test) => test.status !== 'passed');
for (const test of notPassed) console.error(`${test.status}: ${test.fullName}`);
if (tests.length === 0) throw new Error('no test ran');
console.log(tests.length - notPassed.length, notPassed.length);
