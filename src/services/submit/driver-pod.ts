import type { PodResources } from '../../fit/spark-pods.js';
import type { PreparedCluster } from '../../clusters/prepared.js';
import { roleLabel, runLabels } from '../../kube/labels.js';
import { eventsClaim } from '../../kube/names.js';
import { defaultContainerSecurity, defaultPodSecurity } from '../../spark/pod-defaults.js';
import { eventsPath } from '../../spark/conf.js';

/** A pod that waits; `kubectl exec` starts drivers in it. */
export interface DriverPod {
  readonly container: string;
  readonly image: string;
  readonly serviceAccount: string;
  readonly resources: PodResources;
  readonly env?: Readonly<Record<string, string>>;
  /** What it waits in; without an end of its own if absent. */
  readonly args?: readonly string[];
}

/** Mount path of the service account's token, CA and namespace. */
const account = '/var/run/secrets/kubernetes.io/serviceaccount';

/** On the node's disk; removed with the pod. */
export const workFolder = '/opt/spark/work-dir';

/**
 * As restricted as any driver pod. Drivers bind to the pod's IP and use no other name: executors of Spark 4.3 connect to
 * the bind address, and a service name may not resolve yet. TOKEN and CERT are paths, so that the environment holds no
 * secret and a renewed token is used.
 */
export function driverPodSpec({ container, image, serviceAccount, resources, env = {}, args }: DriverPod): object {
  const { requests, limits } = resources;
  const podIp = { valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } };
  const variables: Readonly<Record<string, string>> = {
    SPARK_IMAGE: image,
    APISERVER: 'https://kubernetes.default.svc',
    TOKEN: `${account}/token`,
    CERT: `${account}/ca.crt`,
    ...env,
  };
  return {
    terminationGracePeriodSeconds: 5,
    enableServiceLinks: false,
    serviceAccountName: serviceAccount,
    securityContext: defaultPodSecurity,
    containers: [
      {
        name: container,
        image,
        imagePullPolicy: 'Never',
        // tini, the image's init process, stops it at once
        args: args ?? ['sleep', 'infinity'],
        env: [
          { name: 'SPARK_LOCAL_IP', ...podIp },
          { name: 'SPARK_LOCAL_HOSTNAME', ...podIp },
          ...Object.entries(variables).map(([name, value]) => ({ name, value })),
        ],
        resources: {
          requests: { cpu: `${String(requests.cpuMilli)}m`, memory: `${String(requests.memoryMb)}Mi` },
          limits: { memory: `${String(limits.memoryMb)}Mi` },
        },
        securityContext: { ...defaultContainerSecurity, readOnlyRootFilesystem: true },
        volumeMounts: [
          { name: 'tmp', mountPath: '/tmp' },
          { name: 'work', mountPath: workFolder },
          { name: 'events', mountPath: eventsPath },
        ],
      },
    ],
    volumes: [
      { name: 'tmp', emptyDir: {} },
      { name: 'work', emptyDir: {} },
      { name: 'events', persistentVolumeClaim: { claimName: eventsClaim } },
    ],
  };
}

interface DriverJob {
  readonly runId: string;
  readonly role: string;
  /** When it is removed, after its end. */
  readonly keptForS: number;
  readonly deadlineS?: number;
  readonly pod: object;
}

/** For one pod: Kubernetes removes a finished Job with its pod and the executors that the pod owns, and nobody has to be there for it. */
export function driverJobObject(
  { namespace, home }: Pick<PreparedCluster, 'namespace' | 'home'>,
  { runId, role, keptForS, deadlineS, pod }: DriverJob,
): object {
  const labels = { ...runLabels(runId, home), [roleLabel]: role };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: runId, namespace, labels },
    spec: {
      backoffLimit: 0,
      ...(deadlineS === undefined ? {} : { activeDeadlineSeconds: deadlineS }),
      ttlSecondsAfterFinished: keptForS,
      template: { metadata: { labels }, spec: { restartPolicy: 'Never', ...pod } },
    },
  };
}
