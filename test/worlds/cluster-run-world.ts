import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { V1ContainerState, V1Pod } from '@kubernetes/client-node';
import { minikubeCapabilities } from '../../src/clusters/minikube/capabilities.js';
import type { PreparedCluster } from '../../src/clusters/prepared.js';
import { submitJobLauncher } from '../../src/run/launch/submit-job/launch.js';
import type { Host } from '../../src/ports/host.js';
import { shapeJob } from '../../src/job/job-shape.js';
import { createJob } from '../fakes/a-job.js';
import { createStoredZip } from '../fakes/stored-zip.js';
import { createFakeCluster, type FakeCluster } from '../fakes/fake-kube.js';
import { createFakeHost, type FakeHost } from '../fakes/fake-host.js';
import { kubectlLine, type Scripted } from '../fakes/fake-runner.js';

export const image = 'spark-dev-app:abc';

export const cluster: PreparedCluster = {
  provider: minikubeCapabilities,
  storage: 'standard',
  context: 'spark-dev',
  kubeconfig: '/data/kubeconfig',
  namespace: 'spark',
  serviceAccount: 'spark',
  sparkImage: 'spark-dev/spark:4.3.0-abc',
  sparkVersion: '4.3.0',
  childEnv: { MINIKUBE_HOME: '/data/minikube', KUBECONFIG: '/data/kubeconfig', PATH: '/tools' },
  kubectl: 'kubectl',
  skaffold: 'skaffold',
  programs: { paths: { minikube: 'minikube', skaffold: 'skaffold', kubectl: 'kubectl' }, missing: [] },
  dockerEnv: () => Promise.resolve({ DOCKER_HOST: 'tcp://192.168.49.2:2376' }),
};

/** What happens in the cluster after Skaffold has deployed. */
export type Story = (run: { readonly id: string; readonly cluster: FakeCluster }) => void;

export interface World {
  readonly host: FakeHost;
  readonly fake: FakeCluster;
  readonly run: (signal?: AbortSignal) => ReturnType<typeof submitJobLauncher.launch>;
}

/** All is fake but what comes from outside. */
export function createWorld(
  story: Story,
  programs: readonly Scripted[] = [],
  outside: Partial<Pick<Host, 'kube' | 'clock'>> = {},
): World {
  const fake = createFakeCluster();
  const deployed = (argv: readonly string[]): void => {
    const id = /runs\/([^/]+)\//.exec(argv.join(' '))?.[1] ?? '';
    setTimeout(() => {
      story({ id, cluster: fake });
    }, 5);
  };
  const fakes = createFakeHost({
    kube: () => Promise.resolve(fake.kube),
    programs: [
      ...programs,
      { argv: ['skaffold', 'run'], does: deployed },
      kubectlLine('kubectl create', { stdout: 'configmap/note' }),
      kubectlLine('kubectl get configmap', { stdout: image }),
      kubectlLine('kubectl delete'),
      kubectlLine('kubectl patch pod'),
      { argv: ['docker', 'image', 'inspect'], stdout: 'sha256:1' },
      { argv: ['docker', 'container', 'inspect'], exitCode: 1 },
      {
        argv: ['docker', 'info'],
        stdout: JSON.stringify({
          ServerVersion: '20.10.24',
          DefaultRuntime: 'runc',
          NCPU: 4,
          MemTotal: 16 * 1024 ** 3,
        }),
      },
    ],
  });
  const host = { ...fakes, ...outside };
  mkdirSync(host.directories.cache, { recursive: true });
  const appFile = join(host.directories.cache, 'sparkpi.jar');
  writeFileSync(appFile, createStoredZip({ 'SparkPi.class': '' }));
  const run: World['run'] = (signal = new AbortController().signal) =>
    submitJobLauncher.launch({
      host,
      app: { name: 'sparkpi', kind: 'jar', at: { where: 'here', path: appFile }, mainClass: 'SparkPi' },
      job: createJob({ arguments: ['10'] }),
      cluster,
      fit: { job: shapeJob('jvm') },
      uiPort: undefined,
      overlay: { 'kustomization.yaml': '' },
      canAsk: false,
      signal,
    });
  return { host, fake, run };
}

const pod = (
  id: string,
  name: string,
  labels: Record<string, string>,
  container: string,
  state: V1ContainerState,
): V1Pod => ({
  metadata: { name, namespace: 'spark', uid: name, labels: { 'spark-dev/run': id, ...labels } },
  status: {
    phase: 'Running',
    containerStatuses: [{ name: container, image, imageID: '', ready: true, restartCount: 0, state }],
  },
});
export const driverPod = (id: string, state: V1ContainerState): V1Pod =>
  pod(
    id,
    `${id}-driver`,
    { 'spark-role': 'driver', 'spark-app-selector': 'spark-7' },
    'spark-kubernetes-driver',
    state,
  );
export const executorPod = (id: string): V1Pod =>
  pod(id, `${id}-exec-1`, { 'spark-role': 'executor' }, 'spark-kubernetes-executor', { running: {} });
export const submitPod = (id: string, state: V1ContainerState): V1Pod =>
  pod(id, `${id}-submit-x`, { 'spark-dev/role': 'submit' }, 'submit', state);

export const endsWith =
  (state: V1ContainerState, ...log: readonly string[]): Story =>
  ({ id, cluster: fake }) => {
    fake.putPod(driverPod(id, { running: {} }));
    fake.putPod(executorPod(id));
    setTimeout(() => {
      fake.writeLog(`${id}-driver`, ...log);
      fake.putPod(driverPod(id, state));
    }, 20);
  };

export const deletions = (host: FakeHost): readonly string[] =>
  host.runner.calls.map((call) => call.argv.join(' ')).filter((line) => line.includes(' delete '));
