import { createHash } from 'node:crypto';
import { kubectl } from '../kube/kubectl.js';
import { jobServiceAccount } from '../kube/names.js';
import type { PreparedCluster } from '../clusters/prepared.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Argv } from '../ports/runner.js';
import { ownLabels, ownSelector } from '../kube/labels.js';

export const grantedRoles = ['view', 'edit'] as const;
export type GrantedRole = (typeof grantedRoles)[number];

export interface Subject {
  readonly kind: 'ServiceAccount' | 'User' | 'Group';
  readonly name: string;
  /** Namespace of a service account. */
  readonly namespace?: string;
}

export interface Grant {
  readonly role: GrantedRole;
  readonly namespace: string;
  readonly subject: Subject;
}

const shapes = 'serviceaccount:NAMESPACE/NAME, user:NAME or group:NAME';

/** The default is the service account of runs. */
export function parseSubject(text: string | undefined, namespace: string): Subject {
  if (text === undefined) return { kind: 'ServiceAccount', name: jobServiceAccount, namespace };
  const account = /^(?:serviceaccount|sa):(?:([a-z0-9-]+)\/)?([a-z0-9.-]+)$/.exec(text);
  if (account?.[2] !== undefined)
    return { kind: 'ServiceAccount', name: account[2], namespace: account[1] ?? namespace };
  const person = /^(user|group):(\S.*)$/.exec(text);
  if (person?.[2] !== undefined) return { kind: person[1] === 'user' ? 'User' : 'Group', name: person[2] };
  throw new SparkDevError('USAGE', `Invalid value for --to: ${JSON.stringify(text.slice(0, 80))}`, {
    why: `Use ${shapes}.`,
    fix: [`--to serviceaccount:${namespace}/${jobServiceAccount}`, '--to user:ada'],
  });
}

export function parseRole(text: string | undefined): GrantedRole {
  const role = grantedRoles.find((one) => one === text);
  if (role !== undefined) return role;
  throw new SparkDevError('USAGE', `Cannot grant ${JSON.stringify((text ?? '').slice(0, 80))}`, {
    why: `Use ${grantedRoles.join(' or ')}; Kubernetes defines these roles.`,
    fix: ['spark-dev namespace grant edit', 'spark-dev namespace grant view --to user:ada'],
  });
}

/** One binding per right and subject, so that granting twice changes nothing. */
export function bindingObject({ role, namespace, subject }: Grant): object {
  const isAccount = subject.kind === 'ServiceAccount';
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: bindingName({ role, subject }), namespace, labels: ownLabels() },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
    subjects: [isAccount ? subject : { apiGroup: 'rbac.authorization.k8s.io', ...subject }],
  };
}

/** Never touches a binding without our label. */
export function revokeArgv(cluster: PreparedCluster, grant: Grant): Argv {
  const which = [`--selector=${ownSelector}`, `--field-selector=metadata.name=${bindingName(grant)}`];
  return kubectl(cluster, grant.namespace).delete('rolebinding', ...which, '--output=name');
}

export function showSubject({ kind, name, namespace }: Subject): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

export function bindingName({ role, subject }: Pick<Grant, 'role' | 'subject'>): string {
  const hash = createHash('sha256').update(JSON.stringify([subject.kind, subject.namespace, subject.name]));
  return `spark-dev-${role}-${hash.digest('hex').slice(0, 8)}`;
}
