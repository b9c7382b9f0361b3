import type { CaseObject, VerifyCase } from './case.js';
import { account, submitWords } from './case-conf.js';
import { fillNames, type CaseNames } from './case-names.js';
import { applyTemplate, clientDriver, helperPod, submitJob } from './case-pods.js';
import { caseLabels } from './case-labels.js';
import type { PodYaml } from './pod-yaml.js';

/** Secret → key → value. */
export type SecretValues = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface CaseObjects {
  /** Namespace, rights, Secrets (with values) and everything else that must exist first. */
  readonly ground: readonly CaseObject[];
  readonly helpers: readonly CaseObject[];
  /** The submit Job, or the driver pod of client mode. */
  readonly submission: CaseObject;
}

/** All objects that one case creates in the cluster. */
export function caseObjects(
  one: VerifyCase,
  names: CaseNames,
  yaml: PodYaml,
  { heapMb, secretValues }: { readonly heapMb: number; readonly secretValues: SecretValues },
): CaseObjects {
  const words = ['submit', ...submitWords(one, names, heapMb)];
  const objects: CaseObjects = {
    ground: [...rightsObjects(one, names, yaml), ...contentObjects(one, names, yaml, secretValues)],
    helpers: (one.helpers ?? []).map((helper) => helperPod(helper, yaml, names)),
    submission:
      one.mode === 'client' ? clientDriver(one, names, yaml, { words, heapMb }) : submitJob(one, names, yaml, words),
  };
  return fillNames(objects, names);
}

/** Minimal: the rights of every driver, and those that this case adds. */
function rightsObjects(one: VerifyCase, names: CaseNames, yaml: PodYaml): readonly CaseObject[] {
  const { namespace } = names;
  const labels = caseLabels(names);
  const metadata = { name: account, namespace, labels };
  const rbac = 'rbac.authorization.k8s.io';
  return [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace, labels: { ...yaml.namespaceLabels, ...labels } },
    },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    { apiVersion: `${rbac}/v1`, kind: 'Role', metadata, rules: [...yaml.rules, ...(one.rights ?? [])] },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: rbac, kind: 'Role', name: account },
      subjects: [{ kind: 'ServiceAccount', name: account, namespace }],
    },
  ];
}

function contentObjects(
  one: VerifyCase,
  names: CaseNames,
  yaml: PodYaml,
  secretValues: SecretValues,
): readonly CaseObject[] {
  const { namespace } = names;
  const labels = caseLabels(names);
  const data = {
    'driver-template.yaml': JSON.stringify(applyTemplate(yaml.driverTemplate, one.templates?.driver)),
    'executor-template.yaml': JSON.stringify(applyTemplate(yaml.executorTemplate, one.templates?.executor)),
    ...one.confFiles,
  };
  return [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'case', namespace, labels }, data },
    ...Object.entries(secretValues).map(([name, stringData]) => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, namespace, labels },
      stringData,
    })),
    ...(one.clusterObjects ?? []).map((object) => withMetadata(object, { labels })),
    ...(one.objects ?? []).map((object) => withMetadata(object, { namespace, labels })),
  ];
}

function withMetadata(object: CaseObject, more: Readonly<Record<string, unknown>>): CaseObject {
  return { ...object, metadata: { ...(object['metadata'] as object), ...more } };
}
