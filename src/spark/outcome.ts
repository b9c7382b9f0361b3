import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import { readPodRequest } from '../kube/node-resources.js';
import type { Resources } from '../kube/resources.js';
import { roleLabel, sparkAppLabel, sparkRoleLabel } from '../kube/labels.js';
import { sparkContainers } from './pod-defaults.js';

/** The container of our submit Job. */
export const submitContainer = 'submit';

export type Progress =
  | { readonly state: 'waiting'; readonly note: string }
  | { readonly state: 'running' }
  | { readonly state: 'ended'; readonly exitCode: number; readonly reason: string };

/** Something that will not mend itself by waiting. */
export type Trouble = {
  readonly pod: string;
  readonly what: string;
  readonly why: string;
} & (
  | { readonly kind: 'image' | 'config' | 'submit' }
  /** This one may mend itself, when room appears. */
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
  /** Names of executor pods that are or were there. */
  readonly executors: readonly string[];
  readonly runningExecutors: number;
  readonly troubles: readonly Trouble[];
}

/** All that the pods of one run tell, in one value. The driver's container status is the verdict; the Job is not asked. */
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
            what: 'spark-submit failed before there was a driver',
            why: `It ended with exit code ${String(submitProgress.exitCode)} (${submitProgress.reason}).`,
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

/** One pod of ours that is no part of a run's choreography. */
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
  // the pod's own claims are made and bound within seconds
  if (/ephemeral volume controller|unbound immediate PersistentVolumeClaims\. not found/.test(why)) return waiting;
  const unschedulable: Trouble = {
    kind: 'unschedulable',
    pod: nameOf(pod),
    what: `${isRuledOut(why) ? 'No node takes' : 'Kubernetes finds no room for'} pod ${nameOf(pod)}`,
    asks: readPodRequest(pod),
    why,
  };
  return [...waiting, unschedulable];
}

/** What a selector, an affinity or a taint rules out would be ruled out on an empty node too. */
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
