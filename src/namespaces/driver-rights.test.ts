import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { driverRights, rightKey } from './driver-rights.js';

it('is what the role grants, right for right', () => {
  const role = parse(readFileSync('kustomize/rights/role.yaml', 'utf8')) as {
    rules: { apiGroups: string[]; resources: string[]; verbs: string[] }[];
  };
  const granted = role.rules.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) => verbs.map((verb) => rightKey({ verb, group, resource }))),
    ),
  );
  expect(driverRights.map(rightKey).toSorted()).toEqual(granted.toSorted());
});
