import { SparkDevError } from '../errors/spark-dev-error.js';
import { suggestNearest } from '../config/suggest.js';
import { compareVersions } from '../toolchain/semantic-version.js';
import { caseFor, type AbsentCase, type VerifyCase } from './case.js';

export interface CaseRequest {
  /** Ids with commas, whatever their case; then nothing else counts. */
  readonly only?: string | undefined;
  /** The optional ones too. */
  readonly all: boolean;
  readonly sparkVersion: string;
}

export interface ChosenCases {
  readonly cases: readonly VerifyCase[];
  /** Asked for, and not to be had. */
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
    if (tooNew !== undefined) return `${id} came with Spark ${tooNew.since ?? ''}; this is ${version}`;
    const nearest = suggestNearest(id, ids);
    return `${JSON.stringify(id.slice(0, 40))} is no case${nearest === undefined ? '' : `; did you mean ${nearest}?`}`;
  });
  return new SparkDevError('USAGE', 'Some of these cases do not exist', {
    why: unknown.length === 0 ? 'None was named.' : why.join('\n'),
    fix: ['spark-dev verify --list'],
    facts: { unknown },
  });
}
