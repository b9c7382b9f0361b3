import type { V1Pod } from '@kubernetes/client-node';
import { readPodRequest } from '../kube/node-resources.js';
import type { Resources } from '../kube/resources.js';
import { roleLabel, sparkAppLabel, sparkRoleLabel } from '../kube/labels.js';
import { sparkContainers } from './pod-defaults.js';

/** The container of the submit Job. */
export const submitContainer = 'submit';

/** How a program ended, as images/spark/driver/driver.py saw it. */
export interface ProgramNote {
  /** Whose end it was: `python` or `java`. */
  readonly ended?: string;
  readonly exitCode?: number;
  /** Instead of an exit code. */
  readonly signal?: string;
  /** Whether the first note came before any output. */
  readonly fromStart?: boolean;
  /** How much it wrote on stdout, where that was framed. */
  readonly bytes?: number;
  /** Whether it asked for the context of the driver that had stood by. */
  readonly context?: boolean;
}

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

interface ObservedDriver {
  readonly pod: string;
  readonly container: string;
  readonly appId: string | undefined;
  readonly memoryLimit?: string | undefined;
}
export type EndedDriver = ObservedDriver & Extract<Progress, { state: 'ended' }>;

export interface RunView {
  readonly submit: Progress | undefined;
  readonly driver: (ObservedDriver & Progress) | undefined;
  /** Names of current and earlier executor pods. */
  readonly executors: readonly string[];
  readonly runningExecutors: number;
  readonly troubles: readonly Trouble[];
}

/** The state of a run from its pods. The driver's container status decides success, not the Job. */
export function viewRun(pods: readonly V1Pod[]): RunView {
  const ofRole = (label: string, role: string): readonly V1Pod[] =>
    pods.filter(({ metadata }) => metadata?.labels?.[label] === role);
  const [submitPod] = ofRole(roleLabel, 'submit');
  const [driver] = ofRole(sparkRoleLabel, 'driver');
  const executors = ofRole(sparkRoleLabel, 'executor');
  const submit = submitPod && progressOf(submitPod, submitContainer);
  const troubles = pods.flatMap(troublesOf);
  if (driver === undefined && submitPod !== undefined && submit?.state === 'ended' && submit.exitCode !== 0) {
    const what = 'spark-submit failed before it created a driver';
    const why = `Its exit code is ${String(submit.exitCode)} (${submit.reason}).`;
    troubles.push({ kind: 'submit', pod: nameOf(submitPod), what, why });
  }
  return {
    submit,
    driver: driver && {
      pod: nameOf(driver),
      container: containerOf(driver),
      appId: driver.metadata?.labels?.[sparkAppLabel],
      memoryLimit: driver.spec?.containers.find(({ name }) => name === containerOf(driver))?.resources?.limits?.[
        'memory'
      ],
      ...progressOf(driver, containerOf(driver)),
    },
    executors: executors.map(nameOf).sort(),
    runningExecutors: executors.filter((pod) => progressOf(pod, containerOf(pod)).state === 'running').length,
    troubles,
  };
}

/** Spark's container in a pod of its own: the one with Spark's name, else the first, which keeps the name from the user's template. */
export function containerOf({ metadata, spec }: V1Pod): string {
  const usual = sparkContainers[metadata?.labels?.[sparkRoleLabel] === 'driver' ? 'driver' : 'executor'];
  const names = spec?.containers.map(({ name }) => name) ?? [];
  return names.includes(usual) ? usual : (names[0] ?? usual);
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
  const name = nameOf(pod);
  const waiting = (pod.status?.containerStatuses ?? []).flatMap(({ image, state }): Trouble[] => {
    const reason = state?.waiting?.reason ?? '';
    const why = state?.waiting?.message ?? reason;
    if (imageReasons.includes(reason))
      return [{ kind: 'image', pod: name, what: `The image ${image} is not in the cluster (${reason})`, why }];
    if (!configReasons.includes(reason)) return [];
    return [{ kind: 'config', pod: name, what: `Pod ${name} cannot start (${reason})`, why }];
  });
  const scheduled = pod.status?.conditions?.find((condition) => condition.type === 'PodScheduled');
  if (scheduled?.status !== 'False' || scheduled.reason !== 'Unschedulable') return waiting;
  const why = scheduled.message ?? 'The scheduler gave no reason.';
  // the pod's own claims are created and bound within seconds
  if (/ephemeral volume controller|unbound immediate PersistentVolumeClaims\. not found/.test(why)) return waiting;
  const what = isRuledOut(why) ? `No node accepts pod ${name}` : `Not enough free resources for pod ${name}`;
  return [...waiting, { kind: 'unschedulable', pod: name, what, asks: readPodRequest(pod), why }];
}

/** A selector, an affinity or a taint would rule out an empty node too. */
export function isRuledOut(why: string): boolean {
  return /node affinity\/selector|node selector|untolerated taint/.test(why) && !/Insufficient|Too many pods/.test(why);
}

function nameOf(pod: V1Pod): string {
  return pod.metadata?.name ?? '';
}
