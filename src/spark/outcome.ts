import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import { readPodRequest } from '../kube/node-resources.js';
import type { Resources } from '../kube/resources.js';
import { roleLabel, sparkAppLabel, sparkRoleLabel } from '../kube/labels.js';
import { sparkContainers } from './pod-defaults.js';

/** The container of the submit Job. */
export const submitContainer = 'submit';

export type Progress =
  | { readonly state: 'waiting'; readonly note: string }
  | { readonly state: 'running' }
  | { readonly state: 'ended'; readonly exitCode: number; readonly reason: string };

/** A problem that waiting does not solve. */
export type Trouble = {
  readonly pod: string;
  readonly what: string;
  readonly why: string;
} & (
  | { readonly kind: 'image' | 'config' | 'submit' }
  /** This one can be solved by waiting, when resources become free. */
  | { readonly kind: 'unschedulable'; readonly asks: Resources }
);

export interface RunView {
  readonly submit: Progress | undefined;
  readonly driver:
    | ({
        readonly pod: string;
        readonly appId: string | undefined;
        readonly memoryLimit?: string | undefined;
      } & Progress)
    | undefined;
  /** Names of current and earlier executor pods. */
  readonly executors: readonly string[];
  readonly runningExecutors: number;
  readonly troubles: readonly Trouble[];
}

/** The state of a run from its pods. The driver's container status decides success, not the Job. */
export function viewRun(pods: readonly V1Pod[]): RunView {
  const submit = pods.find((pod) => pod.metadata?.labels?.[roleLabel] === 'submit');
  const driver = pods.find((pod) => pod.metadata?.labels?.[sparkRoleLabel] === 'driver');
  const executors = pods.filter((pod) => pod.metadata?.labels?.[sparkRoleLabel] === 'executor');
  const submitProgress = submit === undefined ? undefined : progressOf(submit, submitContainer);
  const failedSubmit: Trouble[] =
    driver === undefined && submit !== undefined && submitProgress?.state === 'ended' && submitProgress.exitCode !== 0
      ? [
          {
            kind: 'submit',
            pod: nameOf(submit),
            what: 'spark-submit failed before it created a driver',
            why: `Its exit code is ${String(submitProgress.exitCode)} (${submitProgress.reason}).`,
          },
        ]
      : [];
  return {
    submit: submitProgress,
    driver:
      driver === undefined
        ? undefined
        : {
            pod: nameOf(driver),
            appId: driver.metadata?.labels?.[sparkAppLabel],
            memoryLimit: driver.spec?.containers.find(({ name }) => name === sparkContainers.driver)?.resources
              ?.limits?.['memory'],
            ...progressOf(driver, sparkContainers.driver),
          },
    executors: executors.map(nameOf).sort(),
    runningExecutors: executors.filter((pod) => progressOf(pod, sparkContainers.executor).state === 'running').length,
    troubles: [...pods.flatMap(troublesOf), ...failedSubmit],
  };
}

/** Progress and problems of a single pod outside a run, such as a shell's. */
export function viewPod(
  pod: V1Pod,
  container: string,
): { readonly progress: Progress; readonly troubles: readonly Trouble[] } {
  return { progress: progressOf(pod, container), troubles: troublesOf(pod) };
}

function progressOf(pod: V1Pod, container: string): Progress {
  const status = pod.status?.containerStatuses?.find((one) => one.name === container);
  const ended = status?.state?.terminated;
  if (ended !== undefined) return { state: 'ended', exitCode: ended.exitCode, reason: ended.reason ?? '' };
  if (pod.status?.phase === 'Failed') return { state: 'ended', exitCode: 1, reason: pod.status.reason ?? 'Failed' };
  if (status?.state?.running !== undefined) return { state: 'running' };
  const scheduled = pod.status?.conditions?.find((condition) => condition.type === 'PodScheduled');
  return {
    state: 'waiting',
    note: status?.state?.waiting?.reason ?? scheduled?.reason ?? pod.status?.phase ?? 'Pending',
  };
}

const imageReasons = ['ErrImagePull', 'ImagePullBackOff', 'ErrImageNeverPull', 'InvalidImageName', 'ImageInspectError'];
const configReasons = ['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError'];

function troublesOf(pod: V1Pod): Trouble[] {
  const waiting = (pod.status?.containerStatuses ?? []).flatMap((status) => waitingTrouble(pod, status));
  const scheduled = pod.status?.conditions?.find((condition) => condition.type === 'PodScheduled');
  if (scheduled?.status !== 'False' || scheduled.reason !== 'Unschedulable') return waiting;
  const why = scheduled.message ?? 'The scheduler gave no reason.';
  // the pod's own claims are created and bound within seconds
  if (/ephemeral volume controller|unbound immediate PersistentVolumeClaims\. not found/.test(why)) return waiting;
  const unschedulable: Trouble = {
    kind: 'unschedulable',
    pod: nameOf(pod),
    what: isRuledOut(why) ? `No node accepts pod ${nameOf(pod)}` : `Not enough free resources for pod ${nameOf(pod)}`,
    asks: readPodRequest(pod),
    why,
  };
  return [...waiting, unschedulable];
}

/** A selector, an affinity or a taint would rule out an empty node too. */
export function isRuledOut(why: string): boolean {
  return /node affinity\/selector|node selector|untolerated taint/.test(why) && !/Insufficient|Too many pods/.test(why);
}

function waitingTrouble(pod: V1Pod, status: V1ContainerStatus): Trouble[] {
  const reason = status.state?.waiting?.reason ?? '';
  const why = status.state?.waiting?.message ?? reason;
  if (imageReasons.includes(reason)) {
    return [
      { kind: 'image', pod: nameOf(pod), what: `The image ${status.image} is not in the cluster (${reason})`, why },
    ];
  }
  if (configReasons.includes(reason)) {
    return [{ kind: 'config', pod: nameOf(pod), what: `Pod ${nameOf(pod)} cannot start (${reason})`, why }];
  }
  return [];
}

function nameOf(pod: V1Pod): string {
  return pod.metadata?.name ?? '';
}
