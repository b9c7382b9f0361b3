import type { V1Container, V1Pod } from '@kubernetes/client-node';
import { sparkPods } from '../fit/spark-pods.js';
import { parseMemoryMb } from '../kube/quantity.js';
import { findLastWords } from '../run/failure/explain-failure.js';
import { shapeCase } from './case-conf.js';
import type { CaseNames } from './case-names.js';
import type { PodRequest, Role, VerifyCase } from './case.js';
import type { Evidence } from './evidence.js';
import { sparkAppLabel } from '../kube/labels.js';

/** One sentence for each failed assertion of Spark's suite; empty if the case passed. */
export function classifyCase(one: VerifyCase, names: CaseNames, heapMb: number, evidence: Evidence): readonly string[] {
  const { driver, executors } = evidence;
  const pods = sparkPods(shapeCase(one, heapMb));
  const request = (role: Role): PodRequest => one.pods?.[role] ?? {};
  return [
    ...evidence.troubles,
    ...(driver === undefined
      ? ['No driver pod was seen']
      : [
          ...differs('the driver pod', 'name', driver.metadata?.name, names.driver),
          ...checkPod(driver, 'driver', names, pods.driver.requests.memoryMb, request('driver')),
          ...checkExit(driver, evidence.driverLog),
        ]),
    ...checkCount(one, executors),
    ...executors.flatMap((pod) =>
      checkPod(pod, 'executor', names, pods.executor.requests.memoryMb, request('executor')),
    ),
    ...missingLines('The driver', evidence.driverLog, one.logs?.driver ?? []),
    ...[...evidence.executorLogs].flatMap(([name, log]) => missingLines(name, log, one.logs?.executor ?? [])),
    ...(one.logs?.executor !== undefined && evidence.executorLogs.size === 0 ? ['No executor log was read'] : []),
    ...evidence.left.map((object) => `${object} is left behind`),
  ];
}

/** With the suite's 1 GiB heaps, Spark requests `1408Mi` for a JVM and `1433Mi` for Python. */
function checkPod(pod: V1Pod, role: Role, names: CaseNames, memoryMb: number, request: PodRequest): readonly string[] {
  const name = pod.metadata?.name ?? role;
  const container = pod.spec?.containers[0];
  const isSame = (what: string, seen: string | undefined, wanted: string): readonly string[] =>
    differs(name, what, seen, wanted);
  const memory = parseMemoryMb(container?.resources?.requests?.['memory']);
  return [
    ...isSame('image', container?.image, names.image),
    ...isSame('container', container?.name, request.container ?? `spark-kubernetes-${role}`),
    ...isSame('memory request', `${String(memory)}Mi`, `${String(memoryMb)}Mi`),
    ...validateRequest(pod, container, request, isSame),
  ];
}

function validateRequest(
  pod: V1Pod,
  container: V1Container | undefined,
  request: PodRequest,
  isSame: (what: string, seen: string | undefined, wanted: string) => readonly string[],
): readonly string[] {
  const appId = pod.metadata?.labels?.[sparkAppLabel] ?? `(no ${sparkAppLabel})`;
  const env = new Map((container?.env ?? []).map(({ name, value }) => [name, value]));
  const each = (
    what: string,
    wanted: Readonly<Record<string, string>> = {},
    seen: (key: string) => string | undefined,
  ): readonly string[] =>
    Object.entries(wanted).flatMap(([key, value]) =>
      isSame(`${what} ${key}`, seen(key), value.replace('%appId%', appId)),
    );
  return [
    ...each('label', request.labels, (key) => pod.metadata?.labels?.[key]),
    ...each('annotation', request.annotations, (key) => pod.metadata?.annotations?.[key]),
    ...each('variable', request.env, (key) => env.get(key)),
    ...(request.envNames ?? []).flatMap((key) => isSame(`variable ${key}`, env.has(key) ? 'set' : undefined, 'set')),
    ...(request.serviceAccount === undefined
      ? []
      : isSame('service account', pod.spec?.serviceAccountName, request.serviceAccount)),
    ...(request.priority === undefined ? [] : isSame('priority', String(pod.spec?.priority), String(request.priority))),
  ];
}

/** The suite checks only the log; a driver that logs the right text and then fails is a failure here. */
function checkExit(driver: V1Pod, log: string): readonly string[] {
  const ended = driver.status?.containerStatuses?.[0]?.state?.terminated;
  if (ended === undefined) return ['The driver has not ended'];
  if (ended.exitCode === 0) return [];
  return [`The driver ended with exit code ${String(ended.exitCode)}: ${lastWords(log)}`];
}

export function lastWords(log: string): string {
  return findLastWords(log.split('\n'))?.slice(0, 300) ?? 'it logged nothing';
}

function checkCount(one: VerifyCase, executors: readonly V1Pod[]): readonly string[] {
  const asked = one.executors ?? 1;
  const seen = executors.length;
  const found = `${String(seen)} executor${seen === 1 ? ' was' : 's were'} seen`;
  if (asked === 0) return seen === 0 ? [] : [`${found}, but none was requested`];
  if (seen === 0) return ['No executor was seen'];
  if (one.exactly !== true) return [];
  const prefixes = new Set(executors.map((pod) => (pod.metadata?.name ?? '').replace(/-\d+$/, '')));
  return [
    ...(seen === asked ? [] : [`${found} instead of ${String(asked)}`]),
    ...(prefixes.size === 1 ? [] : [`Executors have ${String(prefixes.size)} name prefixes instead of one`]),
  ];
}

function missingLines(who: string, log: string, wanted: readonly string[]): readonly string[] {
  return wanted.filter((text) => !log.includes(text)).map((text) => `${who} did not log ${JSON.stringify(text)}`);
}

function differs(who: string, what: string, seen: string | undefined, wanted: string): readonly string[] {
  return seen === wanted ? [] : [`${who}: ${what} is ${seen ?? 'absent'} instead of ${wanted}`];
}
