import { showTable } from '../text/table.js';
import type { RightsCheck } from './check-rights.js';
import { askedKey } from './driver-rights.js';

/** What a pod with the account sees of the API, and the answer for each right; empty if this was not requested. */
export function showApi({ facts, rights }: RightsCheck): readonly string[] {
  if (facts === undefined) return [];
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['token', facts.token && `${facts.token.account}, until ${facts.token.until}   $TOKEN is its path`],
    ['authority', facts.authority && `${facts.authority.subject}, until ${facts.authority.until}   $CERT is its path`],
    ['namespace', facts.namespace],
    ['dns', facts.address && `kubernetes.default.svc is ${facts.address}`],
    ['api', facts.version],
    ['anonymous', facts.anonymous === undefined ? undefined : `${String(facts.anonymous)} without a token`],
  ];
  const answers = rights.map((right) => {
    const answer = right.inside === undefined ? 'unknown' : right.inside ? 'allowed' : 'denied';
    return [right.inside === right.expected ? 'ok' : '!', answer, askedKey(right), right.why];
  });
  return [
    ...rows.map(([name, value]) => `${name.padEnd(11)}${value ?? 'unknown'}`),
    ...showTable(['', 'ANSWER', 'RIGHT', 'WHY'], answers),
  ];
}
