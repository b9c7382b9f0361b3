import type { AbsentCase, VerifyCase } from './case.js';
import { basicCases } from './cases/basic.js';
import { decommissionCases } from './cases/decommission.js';
import { javaOptionCases } from './cases/java-options.js';
import { pythonCases } from './cases/python.js';
import { submissionCases } from './cases/submission.js';
import { volumeCases } from './cases/volume.js';

/** In the order of a run that has room for one case at a time. */
export const verifyCases: readonly VerifyCase[] = [
  ...basicCases,
  ...javaOptionCases,
  ...submissionCases,
  ...pythonCases,
  ...volumeCases,
  ...decommissionCases,
];

/** Cases of Spark's suite that cannot run here. */
export const absentCases: readonly AbsentCase[] = [
  {
    id: 'R1',
    suite: 'RTestsSuite',
    title: 'Run SparkR on simple dataframe.R example',
    need: 'optional',
    unavailable: 'the image has no R',
  },
  {
    id: 'Z1',
    suite: 'ExecutorResizeSuite',
    title: 'SPARK-60079: Resize executor memory in place with ExecutorResizePlugin',
    need: 'optional',
    unavailable: 'it needs the metrics.k8s.io API, but the cluster has no metrics-server',
  },
];
