import type { PodResources } from '../../fit/spark-pods.js';
import { eventsClaim } from '../../kube/names.js';
import { eventsPath } from '../../spark/event-log.js';
import { defaultContainerSecurity, defaultPodSecurity } from '../../spark/pod-defaults.js';

/** A pod of ours that waits, and in which drivers are started by `kubectl exec`. */
export interface DriverPod {
  readonly container: string;
  readonly image: string;
  readonly serviceAccount: string;
  readonly resources: PodResources;
  readonly env?: Readonly<Record<string, string>>;
}

/** Where the account's token, authority and namespace are mounted. */
const account = '/var/run/secrets/kubernetes.io/serviceaccount';

/** A folder on the node that drivers may fill; gone with the pod. */
export const workFolder = '/opt/spark/work-dir';

/**
 * Restricted as a driver's pod is made. Drivers bind to the pod's own IP and name no other host: executors of 4.3 dial what
 * the driver binds to, and a service's name may not resolve yet. TOKEN and CERT are paths, so that no secret stands in an
 * environment, and a token that kubelet renews is the new one.
 */
export function driverPodSpec({ container, image, serviceAccount, resources, env = {} }: DriverPod): object {
  const { requests, limits } = resources;
  const podIp = { valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } };
  const said: Readonly<Record<string, string>> = {
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
        // tini, which the image starts it under, ends it at once
        args: ['sleep', 'infinity'],
        env: [
          { name: 'SPARK_LOCAL_IP', ...podIp },
          { name: 'SPARK_LOCAL_HOSTNAME', ...podIp },
          ...Object.entries(said).map(([name, value]) => ({ name, value })),
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
