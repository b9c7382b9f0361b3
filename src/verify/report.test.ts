import { expect, it } from 'vitest';
import { renderJunit, type CaseResult, type VerifyReport } from './report.js';

const one = (id: string, more: Partial<CaseResult>): CaseResult => ({
  id,
  suite: 'BasicTestsSuite',
  title: 'Run "it" & see',
  need: 'must',
  status: 'passed',
  why: [],
  tookMs: 12_340,
  heapMb: 1024,
  executors: [],
  folder: '/runs/x',
  ...more,
});

const report: VerifyReport = {
  sparkVersion: '4.3.0',
  image: 'i',
  runId: 'r',
  folder: '/runs',
  sabotaged: false,
  passed: 1,
  failed: 1,
  unavailable: 1,
  tookMs: 60_000,
  cases: [
    one('B1', {}),
    one('B2', { status: 'failed', why: ['a < b\u001b[31m', 'second'] }),
    one('R1', { status: 'unavailable', why: ['no R'], tookMs: 0 }),
  ],
};

it('writes what build servers read, whatever stands in a log', () => {
  expect(renderJunit(report)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="3" failures="1" skipped="1" time="60.0">
  <testsuite name="Spark 4.3.0 on Kubernetes" tests="3" failures="1" skipped="1" time="60.0">
    <testcase classname="BasicTestsSuite" name="B1 Run &quot;it&quot; &amp; see" time="12.3"/>
    <testcase classname="BasicTestsSuite" name="B2 Run &quot;it&quot; &amp; see" time="12.3"><failure message="a &lt; b[31m">a &lt; b[31m&#10;second</failure></testcase>
    <testcase classname="BasicTestsSuite" name="R1 Run &quot;it&quot; &amp; see" time="0.0"><skipped message="no R">no R</skipped></testcase>
  </testsuite>
</testsuites>
`);
});
