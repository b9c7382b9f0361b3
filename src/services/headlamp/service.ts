import type { PreparedCluster } from '../../clusters/prepared.js';
import { quoteArgv } from '../../errors/quote-argv.js';
import { askKubectl, kubectl } from '../../kube/kubectl.js';
import type { Argv } from '../../ports/runner.js';
import { defaultContainerSecurity } from '../../spark/pod-defaults.js';
import { deployment, type ServiceObject } from '../objects.js';
import { clusterService, type ServiceImage } from '../service.js';

export const noPage = 'No package registry has Headlamp or the Kubernetes Dashboard.';

/** Headlamp 0.40.0; https://headlamp.dev/docs/latest/installation/in-cluster/ */
const headlampImage: ServiceImage = {
  reference:
    'ghcr.io/headlamp-k8s/headlamp:v0.40.0@sha256:16c34eb5ef85e40bdbdeb5baebc70f7a6c59ae3739d8779bf896674c4d762ad5',
  sources: [
    'kubernetes/minikube pkg/minikube/assets/addons.go@c93a4cb9311efc66b90d33ea03f75f2c4120e9b0',
    'cryptophys-work/platform-gitops docs/runbooks/KYVERNO_REMEDIATION_CHANGELOG.md@3ad2cf7627344dfc5711578ed77c1742c42bd442',
  ],
  unavailable: { why: noPage, fix: ['spark-dev dashboard --with k9s'] },
};

/** In the cluster it has a tag only: a loaded image has no digest. */
export const headlampName = headlampImage.reference.replace(/@.*$/, '');
export const headlampPort = 4466;

const name = 'headlamp';
/** Users log in with this account's token; the account that Headlamp runs as has no rights. */
const visitor = 'headlamp-visitor';
const tokenHours = 8;
const answersWithinMs = 30_000;
const labels = { 'app.kubernetes.io/name': name };

/** Meets Pod Security `restricted`; the image's user is 100. */
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

const pod = {
  serviceAccountName: name,
  enableServiceLinks: false,
  // it has no data to save
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

export const headlampService = clusterService({
  name,
  title: 'Headlamp',
  summary: 'web UI for the cluster',
  flags: [{ flags: '--admin', description: 'full access to the cluster (default: view the namespace of the jobs)' }],
  images: [headlampImage],
  port: headlampPort,
  readOptions: ({ admin }) => ({ admin: admin === true }),
  objects: ({ namespace }, { admin }) => [
    account(name),
    account(visitor),
    binding(namespace, admin),
    deployment(name, name, { role: 'page', labels, pod }),
  ],
  next: (namespace) => `spark-dev services open ${name} --namespace ${namespace}`,
  /** Prints the token only on a terminal; scripts get the command that creates one. */
  async greet({ host, cluster }) {
    const token = tokenArgv(cluster);
    if (!host.ui.interactive) {
      host.ui.say(`To create a login token: ${quoteArgv(token)}`);
      return;
    }
    const answer = await askKubectl({ host, cluster }, token, { timeoutMs: answersWithinMs });
    host.ui.say(`Log in with this token, valid until Headlamp is removed:\n${answer.trim()}`, { showsSecret: true });
  },
});

/** The token becomes invalid when the account is deleted. */
export function tokenArgv(cluster: PreparedCluster): Argv {
  return kubectl(cluster, cluster.namespace).argv('create', 'token', visitor, `--duration=${String(tokenHours)}h`);
}

const rights = 'rbac.authorization.k8s.io';

function account(of: string): ServiceObject {
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: of, labels } };
}

function binding(namespace: string, admin: boolean): ServiceObject {
  return {
    apiVersion: `${rights}/v1`,
    kind: admin ? 'ClusterRoleBinding' : 'RoleBinding',
    metadata: { name: admin ? `spark-dev-${visitor}-${namespace}` : visitor, labels },
    roleRef: { apiGroup: rights, kind: 'ClusterRole', name: admin ? 'cluster-admin' : 'view' },
    subjects: [{ kind: 'ServiceAccount', name: visitor, namespace }],
  };
}
