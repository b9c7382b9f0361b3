import { stringify } from 'yaml';
import type { PreparedCluster } from '../../src/clusters/prepared.js';
import type { Host } from '../../src/ports/host.js';

export interface ClusterTools {
  readonly host: Host;
  readonly cluster: PreparedCluster;
}

export async function kubectl(
  { host, cluster }: ClusterTools,
  words: readonly string[],
  input?: string,
): Promise<string> {
  const argv = [
    cluster.kubectl,
    `--kubeconfig=${cluster.kubeconfig}`,
    `--context=${cluster.context}`,
    '-n',
    cluster.namespace,
    ...words,
  ];
  return (await host.runner.run(argv, { timeoutMs: 120_000, ...(input === undefined ? {} : { input }) })).stdout;
}

/** What init and Kubernetes themselves keep in the namespace. */
const residents = ['configmap/kube-root-ca.crt', 'configmap/spark-dev'];

/** Everything in the namespace that only a run can have made, whether it carries our label or is Spark's own. */
export async function leftovers(tools: ClusterTools): Promise<readonly string[]> {
  const found = await kubectl(tools, ['get', 'job,pod,configmap,service,networkpolicy', '-o', 'name']);
  return found.split('\n').filter((name) => name !== '' && !residents.includes(name));
}

/** Runs a shell line in a pod that mounts a claim, as a job would; answers what it printed. */
export async function runWithClaim(tools: ClusterTools, claim: string, script: string): Promise<string> {
  const name = `with-claim-${String(Date.now())}`;
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { 'app.kubernetes.io/managed-by': 'spark-dev' } },
    spec: {
      restartPolicy: 'Never',
      enableServiceLinks: false,
      securityContext: { runAsNonRoot: true, runAsUser: 185, fsGroup: 185, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'main',
          image: tools.cluster.sparkImage,
          imagePullPolicy: 'Never',
          command: ['sh', '-c', script],
          volumeMounts: [{ name: 'claim', mountPath: '/claim' }],
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        },
      ],
      volumes: [{ name: 'claim', persistentVolumeClaim: { claimName: claim } }],
    },
  };
  await kubectl(tools, ['apply', '-f', '-'], stringify(pod));
  try {
    await kubectl(tools, ['wait', `pod/${name}`, '--for=jsonpath={.status.phase}=Succeeded', '--timeout=90s']);
    return await kubectl(tools, ['logs', name]);
  } finally {
    await kubectl(tools, ['delete', 'pod', name, '--wait=false']);
  }
}

/** Waits until the question is answered with yes. */
export async function eventually(what: string, ask: () => Promise<boolean>, timeoutMs = 60_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await ask())) {
    if (Date.now() > deadline) throw new Error(`never true: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
