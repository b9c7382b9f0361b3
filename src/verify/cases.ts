import { suggestNearest } from '../config/suggest.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { caseFor, type AbsentCase, type VerifyCase } from './case.js';
import { basicCases } from './cases/basic.js';
import { decommissionCases } from './cases/decommission.js';
import { pythonCases } from './cases/python.js';
import { submissionCases } from './cases/submission.js';
import { volumeCases } from './cases/volume.js';
import { compareVersions } from '../toolchain/source-tools.js';

/** In the order of a run that has room for one case at a time. */
export const verifyCases: readonly VerifyCase[] = [
  ...basicCases,
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

export interface ChosenCases {
  readonly cases: readonly VerifyCase[];
  /** Requested, but not available. */
  readonly absent: readonly AbsentCase[];
}

/** `only` has comma-separated ids in upper or lower case, and overrides `all`. Throws USAGE with all unknown ids at once. */
export function chooseCases(request: {
  readonly only?: string | undefined;
  readonly all: boolean;
  readonly sparkVersion: string;
}): ChosenCases {
  const { sparkVersion, all } = request;
  const existing = verifyCases
    .filter(({ since }) => since === undefined || compareVersions(sparkVersion, since) >= 0)
    .map((one) => caseFor(one, sparkVersion));
  if (request.only === undefined)
    return { cases: existing.filter(({ need }) => all || need === 'must'), absent: all ? absentCases : [] };
  const asked = request.only
    .split(',')
    .map((id) => id.trim().toUpperCase())
    .filter((id) => id !== '');
  const unknown = asked.filter((id) => ![...existing, ...absentCases].some((one) => one.id === id));
  if (unknown.length > 0 || asked.length === 0) throw unknownCases(unknown, sparkVersion);
  const isAsked = ({ id }: { readonly id: string }): boolean => asked.includes(id);
  return { cases: existing.filter(isAsked), absent: absentCases.filter(isAsked) };
}

function unknownCases(unknown: readonly string[], version: string): SparkDevError {
  const ids = verifyCases.map(({ id }) => id);
  const why = unknown.map((id) => {
    const tooNew = verifyCases.find((one) => one.id === id);
    if (tooNew !== undefined) return `${id} needs Spark ${tooNew.since ?? ''}; this is ${version}`;
    const nearest = suggestNearest(id, ids);
    return `${JSON.stringify(id.slice(0, 40))} is not a case${nearest === undefined ? '' : `; did you mean ${nearest}?`}`;
  });
  return new SparkDevError('USAGE', 'Some of these cases do not exist', {
    why: unknown.length === 0 ? 'No case was named.' : why.join('\n'),
    fix: ['spark-dev verify --list'],
    facts: { unknown },
  });
}
