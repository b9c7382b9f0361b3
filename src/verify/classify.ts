import type { V1Pod } from '@kubernetes/client-node';
import { sparkPods } from '../fit/spark-pods.js';
import type { RoleName } from '../job/job.js';
import { sparkAppLabel } from '../kube/labels.js';
import { findLastWords } from '../run/failure/explain-failure.js';
import { sparkContainers } from '../spark/pod-defaults.js';
import { shapeCase } from './case-conf.js';
import type { CaseNames, PodRequest, VerifyCase } from './case.js';
import { parseMemoryMb } from '../kube/resources.js';

/** Everything observed in one run of a case. Pods are in their last watched state. */
export interface Evidence {
  readonly driver: V1Pod | undefined;
  /** In the order in which the watch reported them. */
  readonly executors: readonly V1Pod[];
  readonly logOf: (pod: V1Pod) => string;
  /** Failures of the submission or the steps, and timeouts. */
  readonly troubles: readonly string[];
  /** Objects that should be gone with the driver but still exist. */
  readonly left: readonly string[];
}

/** One sentence for each failed assertion of Spark's suite; empty if the case passed. */
export function classifyCase(one: VerifyCase, names: CaseNames, heapMb: number, evidence: Evidence): readonly string[] {
  const { driver, executors, logOf } = evidence;
  const pods = sparkPods(shapeCase(one, heapMb));
  const check = (pod: V1Pod, role: RoleName): readonly string[] =>
    checkPod(pod, role, names, { ...one.pods?.[role], memoryMb: pods[role].requests.memoryMb });
  return [
    ...evidence.troubles,
    ...(driver === undefined
      ? ['No driver pod was seen']
      : [
          ...differs('the driver pod', 'name', driver.metadata?.name, names.driver),
          ...check(driver, 'driver'),
          ...checkExit(driver, logOf(driver)),
        ]),
    ...checkCount(one, executors),
    ...executors.flatMap((pod) => check(pod, 'executor')),
    ...missingLines('The driver', driver === undefined ? '' : logOf(driver), one.logs?.driver),
    ...executors.flatMap((pod) => missingLines(pod.metadata?.name ?? '', logOf(pod), one.logs?.executor)),
    ...evidence.left.map((object) => `${object} is left behind`),
  ];
}

/** With the suite's 1 GiB heaps, Spark requests `1408Mi` for a JVM and `1433Mi` for Python. */
function checkPod(
  { metadata, spec }: V1Pod,
  role: RoleName,
  names: CaseNames,
  wanted: PodRequest & { readonly memoryMb: number },
): readonly string[] {
  const container = spec?.containers[0];
  const memoryMb = parseMemoryMb(container?.resources?.requests?.['memory']);
  const appId = metadata?.labels?.[sparkAppLabel] ?? `(no ${sparkAppLabel})`;
  const env = new Map((container?.env ?? []).map(({ name, value }) => [name, value]));
  const each = (what: string, pairs: PodRequest['env'] = {}, seen: (key: string) => string | undefined) =>
    Object.entries(pairs).map(
      ([key, value]) => [`${what} ${key}`, seen(key), value.replace('%appId%', appId)] as const,
    );
  const comparisons: readonly (readonly [what: string, seen: string | undefined, wanted: string | undefined])[] = [
    ['image', container?.image, names.image],
    ['container', container?.name, wanted.container ?? sparkContainers[role]],
    ['memory request', `${String(memoryMb)}Mi`, `${String(wanted.memoryMb)}Mi`],
    ...each('label', wanted.labels, (key) => metadata?.labels?.[key]),
    ...each('annotation', wanted.annotations, (key) => metadata?.annotations?.[key]),
    ...each('variable', wanted.env, (key) => env.get(key)),
    ...(wanted.envNames ?? []).map((key) => [`variable ${key}`, env.has(key) ? 'set' : undefined, 'set'] as const),
    ['service account', spec?.serviceAccountName, wanted.serviceAccount],
    ['priority', String(spec?.priority), wanted.priority?.toString()],
  ];
  return comparisons.flatMap(([what, seen, value]) =>
    value === undefined ? [] : differs(metadata?.name ?? role, what, seen, value),
  );
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

function missingLines(who: string, log: string, wanted: readonly string[] = []): readonly string[] {
  return wanted.filter((text) => !log.includes(text)).map((text) => `${who} did not log ${JSON.stringify(text)}`);
}

function differs(who: string, what: string, seen: string | undefined, wanted: string): readonly string[] {
  return seen === wanted ? [] : [`${who}: ${what} is ${seen ?? 'absent'} instead of ${wanted}`];
}
