import type { PreparedCluster } from '../clusters/prepared.js';
import type { RoleName } from '../job/job.js';
import type { StorageKind } from '../kube/names.js';
import { compareVersions } from '../toolchain/source-tools.js';

/** A test application of examples/verify, in the verify image. */
export interface ApplicationFile {
  readonly language: 'jvm' | 'python';
  readonly resource: string;
  readonly mainClass?: string;
}

const folder = 'local:///opt/spark/verify';

export function jvmClass(mainClass: string, resource = `${folder}/verify.jar`): ApplicationFile {
  return { language: 'jvm', resource, mainClass };
}

export function pythonFile(file: string): ApplicationFile {
  return { language: 'python', resource: `${folder}/${file}` };
}

/** Most cases run this application, and must pass. */
export const sparkPi = {
  need: 'must',
  application: jvmClass('VerifyPi'),
  logs: { driver: ['Pi is roughly 3'] },
} as const;

/** Assertions of Spark's suite on a pod, besides image, container and memory. `%appId%` is the pod's application. */
export interface PodRequest {
  /** Name of its first container, if a template sets it. */
  readonly container?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Variables that must be set to any value. */
  readonly envNames?: readonly string[];
  readonly serviceAccount?: string;
  readonly priority?: number;
}

/** Steps run in sequence while the application runs. A probe's output must contain what it shows. */
export type CaseStep =
  | { readonly kind: 'probe'; readonly on: RoleName; readonly run: readonly string[]; readonly shows: string }
  | { readonly kind: 'await-log'; readonly text: string }
  /** Deleted with an endless grace period, so that it must end without being killed; waits until all exist again. */
  | { readonly kind: 'replace-first-executor' };

/** An extra pod: `before` succeeds before the submission, `beside` runs until the end. */
export interface HelperPod {
  readonly name: string;
  readonly when: 'before' | 'beside';
  readonly run: readonly string[];
  /** A claim of the case, mounted at /claim. */
  readonly claim?: string;
}

/** Changes to the built-in pod template. */
export interface TemplateRequest {
  readonly container?: string;
  readonly image?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly priorityClassName?: string;
}

export interface Right {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

export const allVerbs = ['create', 'get', 'list', 'watch', 'update', 'patch', 'delete', 'deletecollection'];

/** Placeholder for `standard`, the class in the suite; omitted to use the cluster's default class. */
export const storageClass = '%storageClass%';

export type CaseConf = Readonly<Record<string, string | undefined>>;

export interface CaseObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

/**
 * One of Spark's integration tests on Kubernetes, with the suite's title. `%namespace%` and `%driver%` are placeholders
 * in any text.
 */
export interface VerifyCase {
  readonly id: string;
  /** The part of Spark's KubernetesSuite that contains it. */
  readonly suite: string;
  readonly title: string;
  readonly need: 'must' | 'optional';
  /** The first Spark version that has it (default: all have it). */
  readonly since?: string;
  /** How this case differs from the suite. */
  readonly remark?: string;
  readonly application: ApplicationFile;
  readonly arguments?: readonly string[];
  readonly pyFiles?: readonly string[];
  /** In cluster mode a Job submits; in client mode a hand-written pod is the driver. */
  readonly mode?: 'cluster' | 'client';
  readonly master?: string;
  /** Uses the image with the Python packages of Spark Connect. */
  readonly withConnect?: true;
  /** Overrides the image of the test applications. */
  readonly image?: string;
  /** Added to the common conf (case-conf.ts); undefined removes a key. */
  readonly conf?: CaseConf;
  /** Files in SPARK_CONF_DIR of the submit client. */
  readonly confFiles?: Readonly<Record<string, string>>;
  readonly templates?: Readonly<Partial<Record<RoleName, TemplateRequest>>>;
  /** Number of executors (default: 1); 0 runs only a driver. */
  readonly executors?: number;
  /** Exactly this number of executors, with one name prefix. */
  readonly exactly?: boolean;
  /** If it differs from the driver's heap. */
  readonly executorHeapMb?: number;
  readonly rights?: readonly Right[];
  /** In the namespace; created before the submission. */
  readonly objects?: readonly CaseObject[];
  /** Cluster-wide; deleted by name at the end. */
  readonly clusterObjects?: readonly CaseObject[];
  readonly helpers?: readonly HelperPod[];
  /** The application ends only after all steps are done. */
  readonly held?: true;
  readonly steps?: readonly CaseStep[];
  readonly pods?: Readonly<Partial<Record<RoleName, PodRequest>>>;
  readonly logs?: Readonly<Partial<Record<RoleName, readonly string[]>>>;
  /** Kinds that must be gone once the driver is deleted. */
  readonly noneLeft?: readonly string[];
  readonly limitS?: number;
  /** Changes for older versions of Spark. */
  readonly older?: { readonly before: string; readonly change: CaseChange };
  /** What --sabotage breaks, to prove that the case can fail. */
  readonly fault: string;
  readonly faultChange: CaseChange;
  /** Text that one of the failures must contain then. */
  readonly faultRed: string;
}

type CaseChange = Partial<Omit<VerifyCase, 'id' | 'fault' | 'faultChange' | 'faultRed' | 'older'>>;

/** A case of Spark's suite that cannot run here. */
export interface AbsentCase extends Pick<VerifyCase, 'id' | 'suite' | 'title' | 'need'> {
  readonly unavailable: string;
}

/** Names and labels in one run of one case. */
export interface CaseNames {
  /** Id of the whole verify run. */
  readonly runId: string;
  /** Id of the home that creates the objects. */
  readonly home: string | undefined;
  readonly namespace: string;
  readonly driver: string;
  readonly image: string;
  /** How volumes are provisioned on demand. */
  readonly storage: StorageKind;
}

/** `random` separates two runs of a case: a namespace may take a while to terminate. */
export function nameCase(
  id: string,
  random: string,
  { storage, home }: Pick<PreparedCluster, 'storage' | 'home'>,
  { runId, image }: Pick<CaseNames, 'runId' | 'image'>,
): CaseNames {
  const namespace = `verify-${id.toLowerCase()}-${random}`;
  return { runId, home, image, storage, namespace, driver: `${namespace}-driver` };
}

/** Replaces the placeholders with the names of the case. */
export function fillNames<Value>(value: Value, { namespace, driver }: CaseNames): Value {
  const filled = JSON.stringify(value)
    .replaceAll('%namespace%', namespace)
    .replaceAll('%driver%', driver)
    .replaceAll(storageClass, 'standard');
  return JSON.parse(filled) as Value;
}

export function injectCaseFault(one: VerifyCase): VerifyCase {
  return changeCase(one, one.faultChange);
}

/** The case for that version of Spark. */
export function caseFor(one: VerifyCase, sparkVersion: string): VerifyCase {
  const { older } = one;
  return older !== undefined && compareVersions(sparkVersion, older.before) < 0 ? changeCase(one, older.change) : one;
}

function changeCase(one: VerifyCase, change: CaseChange): VerifyCase {
  return { ...one, ...change, conf: { ...one.conf, ...change.conf } };
}

/** A log4j2.properties that logs to stderr. */
export function logToConsole(level: string, time: string, more: readonly string[]): string {
  return [
    `rootLogger.level = ${level}`,
    'rootLogger.appenderRef.stdout.ref = console',
    'appender.console.type = Console',
    'appender.console.name = console',
    'appender.console.target = SYSTEM_ERR',
    'appender.console.layout.type = PatternLayout',
    `appender.console.layout.pattern = ${time} %p %c{1}: %m%n`,
    ...more,
  ].join('\n');
}
