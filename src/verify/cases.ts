import type { AbsentCase, VerifyCase } from './case.js';
import { basicCases } from './cases/basic.js';
import { decommissionCases } from './cases/decommission.js';
import { javaOptionCases } from './cases/java-options.js';
import { pythonCases } from './cases/python.js';
import { submissionCases } from './cases/submission.js';
import { volumeCases } from './cases/volume.js';

/** In the order in which they run where there is room for one at a time. */
export const verifyCases: readonly VerifyCase[] = [
  ...basicCases,
  ...javaOptionCases,
  ...submissionCases,
  ...pythonCases,
  ...volumeCases,
  ...decommissionCases,
];

/** Of Spark's list, what cannot be had here, and why. */
export const absentCases: readonly AbsentCase[] = [
  {
    id: 'R1',
    suite: 'RTestsSuite',
    title: 'Run SparkR on simple dataframe.R example',
    need: 'optional',
    unavailable: 'there is no R in the image',
  },
  {
    id: 'Z1',
    suite: 'ExecutorResizeSuite',
    title: 'SPARK-60079: Resize executor memory in place with ExecutorResizePlugin',
    need: 'optional',
    unavailable: 'it asks for the metrics.k8s.io API, and the cluster has no metrics-server',
  },
];
