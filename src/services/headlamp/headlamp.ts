import { applyInputArgv } from '../../kube/kubectl.js';
import { kubectl } from '../../kube/kubectl.js';
import type { PreparedCluster } from '../../clusters/prepared.js';
import type { PinnedImage } from '../../images/upstream-images.js';
import type { Argv } from '../../ports/runner.js';
import { ownLabels, ownSelector } from '../../kube/labels.js';
import { defaultContainerSecurity } from '../../spark/pod-defaults.js';

/** Headlamp 0.40.0; https://headlamp.dev/docs/latest/installation/in-cluster/ */
export const headlampImage: PinnedImage = {
  reference:
    'ghcr.io/headlamp-k8s/headlamp:v0.40.0@sha256:16c34eb5ef85e40bdbdeb5baebc70f7a6c59ae3739d8779bf896674c4d762ad5',
  sources: [
    'kubernetes/minikube pkg/minikube/assets/addons.go@c93a4cb9311efc66b90d33ea03f75f2c4120e9b0',
    'cryptophys-work/platform-gitops docs/runbooks/KYVERNO_REMEDIATION_CHANGELOG.md@3ad2cf7627344dfc5711578ed77c1742c42bd442',
  ],
};

/** Its name once it is in the cluster: by tag, since a loaded image has no digest. */
export const headlampName = headlampImage.reference.replace(/@.*$/, '');
export const headlampPort = 4466;

const name = 'headlamp';
/** Whoever logs in by its token may do what it may; Headlamp's own account may do nothing. */
const visitor = 'headlamp-visitor';
const tokenHours = 8;

export interface HeadlampRequest {
  /** The visitor may do everything in the whole cluster; without it, look at the jobs' namespace. */
  readonly admin: boolean;
}

/** All of it: Headlamp without rights of its own, and the account whose token the visitor logs in with. */
export function headlampObjects(
  { namespace, home }: Pick<PreparedCluster, 'namespace' | 'home'>,
  { admin }: HeadlampRequest,
): readonly object[] {
  const labels = { ...ownLabels(home), 'app.kubernetes.io/name': name, 'spark-dev/service': name };
  return [
    account(namespace, name, labels),
    account(namespace, visitor, labels),
    admin ? adminBinding(namespace, labels) : viewBinding(namespace, labels),
    deployment(namespace, labels),
  ];
}

type Labels = Readonly<Record<string, string>>;

export function headlampArgvs(cluster: PreparedCluster, { admin }: HeadlampRequest): HeadlampArgvs {
  const { namespace } = cluster;
  const inside = kubectl(cluster, namespace);
  const own = `--selector=${headlampLabels},${ownSelector}`;
  const kinds = 'deployment,rolebinding,serviceaccount';
  const last = ['--ignore-not-found', '--wait=false'];
  return {
    apply: applyInputArgv(cluster),
    await: inside.argv('rollout', 'status', `deployment/${name}`, '--timeout=90s'),
    token: inside.argv('create', 'token', visitor, `--duration=${String(tokenHours)}h`),
    // with the accounts their tokens end
    remove: [
      inside.delete(kinds, own, ...last),
      ...(admin ? [kubectl(cluster).delete('clusterrolebinding', own, ...last)] : []),
    ],
  };
}

export interface HeadlampArgvs {
  readonly apply: Argv;
  readonly await: Argv;
  readonly token: Argv;
  readonly remove: readonly Argv[];
}

export const headlampLabels = `app.kubernetes.io/name=${name}`;

function account(namespace: string, of: string, labels: Labels): object {
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: of, namespace, labels } };
}

function viewBinding(namespace: string, labels: Labels): object {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: visitor, namespace, labels },
    ...boundTo(namespace, 'view'),
  };
}

function adminBinding(namespace: string, labels: Labels): object {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: `spark-dev-${visitor}`, labels },
    ...boundTo(namespace, 'cluster-admin'),
  };
}

function boundTo(namespace: string, role: string): object {
  return {
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
    subjects: [{ kind: 'ServiceAccount', name: visitor, namespace }],
  };
}

/** As Pod Security `restricted` wants it; the image's own user is 100. */
function deployment(namespace: string, labels: Labels): object {
  const selector = { 'app.kubernetes.io/name': name };
  const container = {
    name,
    image: headlampName,
    imagePullPolicy: 'Never',
    args: ['-in-cluster', '-plugins-dir=/headlamp/plugins'],
    ports: [{ name: 'http', containerPort: headlampPort }],
    readinessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 1 },
    resources: { requests: { cpu: '20m', memory: '64Mi' }, limits: { memory: '256Mi' } },
    securityContext: { ...defaultContainerSecurity, readOnlyRootFilesystem: true },
    volumeMounts: [
      { name: 'tmp', mountPath: '/tmp' },
      { name: 'home', mountPath: '/home/headlamp' },
    ],
  };
  const spec = {
    serviceAccountName: name,
    enableServiceLinks: false,
    // it keeps nothing that it would have to save
    terminationGracePeriodSeconds: 2,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 100,
      runAsGroup: 101,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [container],
    volumes: [
      { name: 'tmp', emptyDir: {} },
      { name: 'home', emptyDir: {} },
    ],
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels },
    spec: { replicas: 1, selector: { matchLabels: selector }, template: { metadata: { labels }, spec } },
  };
}
