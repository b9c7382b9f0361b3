import { SparkDevError } from '../errors/spark-dev-error.js';
import { suggestNearest } from '../config/suggest.js';
import { compareVersions } from '../toolchain/semantic-version.js';
import { caseFor, type AbsentCase, type VerifyCase } from './case.js';

export interface CaseRequest {
  /** Comma-separated ids in upper or lower case; overrides `all`. */
  readonly only?: string | undefined;
  /** Also choose the optional ones. */
  readonly all: boolean;
  readonly sparkVersion: string;
}

export interface ChosenCases {
  readonly cases: readonly VerifyCase[];
  /** Requested, but not available. */
  readonly absent: readonly AbsentCase[];
}

/** Throws USAGE with all unknown ids at once. */
export function chooseCases({ cases, absent }: ChosenCases, request: CaseRequest): ChosenCases {
  const { sparkVersion } = request;
  const existing = cases
    .filter(({ since }) => since === undefined || compareVersions(sparkVersion, since) >= 0)
    .map((one) => caseFor(one, sparkVersion));
  if (request.only === undefined)
    return { cases: existing.filter(({ need }) => request.all || need === 'must'), absent: request.all ? absent : [] };
  const asked = request.only
    .split(',')
    .map((id) => id.trim().toUpperCase())
    .filter((id) => id !== '');
  const unknown = asked.filter((id) => ![...existing, ...absent].some((one) => one.id === id));
  if (unknown.length > 0 || asked.length === 0) throw unknownCases(cases, unknown, sparkVersion);
  const isAsked = ({ id }: { readonly id: string }): boolean => asked.includes(id);
  return { cases: existing.filter(isAsked), absent: absent.filter(isAsked) };
}

function unknownCases(cases: readonly VerifyCase[], unknown: readonly string[], version: string): SparkDevError {
  const ids = cases.map(({ id }) => id);
  const why = unknown.map((id) => {
    const tooNew = cases.find((one) => one.id === id);
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
