import { compareVersions } from '../toolchain/semantic-version.js';
import type { CaseApplication } from './applications.js';

export type Role = 'driver' | 'executor';

/** What Spark's suite asserts of a pod beyond its image, container and memory. `%appId%` is the pod's own application. */
export interface PodRequest {
  /** Its first container's name, where a template chooses it. */
  readonly container?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Variables that must be there, whatever they hold. */
  readonly envNames?: readonly string[];
  readonly serviceAccount?: string;
  readonly priority?: number;
}

/** What is done and asked while the application runs, one after the other. */
export type CaseStep =
  | { readonly kind: 'probe'; readonly on: Role; readonly run: readonly string[]; readonly shows: Shown }
  | { readonly kind: 'await-log'; readonly text: string }
  /** Deleted with an endless grace period: it goes by itself, or not at all. */
  | { readonly kind: 'delete-first-executor' }
  | { readonly kind: 'await-executors'; readonly count: number };

/** A text that must be in the answer, or the value of a secret, which is never written anywhere. */
export type Shown = string | { readonly secret: string; readonly key: string };

/** One more pod of the case: `before` ends well before the submission, `beside` runs until the end. */
export interface HelperPod {
  readonly name: string;
  readonly when: 'before' | 'beside';
  readonly run: readonly string[];
  /** A claim of the case, mounted at /claim. */
  readonly claim?: string;
}

/** Names in it come from the case's own pod template. */
export interface TemplateRequest {
  readonly name?: string;
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

export type CaseConf = Readonly<Record<string, string | undefined>>;

export type KubeObject = Readonly<Record<string, unknown>> & { readonly kind: string };

/**
 * One of Spark's own integration tests on Kubernetes, in the suite's words. In any text, `%namespace%`, `%driver%` and `%image%`
 * stand for the case's own.
 */
export interface VerifyCase {
  readonly id: string;
  /** The part of Spark's KubernetesSuite that it stands in. */
  readonly suite: string;
  readonly title: string;
  readonly need: 'must' | 'optional';
  /** The first Spark version that has it; all have it when absent. */
  readonly since?: string;
  /** What a reader should know of how it is done here. */
  readonly remark?: string;
  readonly application: CaseApplication;
  /** In place of the application's own file. */
  readonly resource?: string;
  readonly arguments?: readonly string[];
  readonly pyFiles?: readonly string[];
  /** In cluster mode a Job submits; in client mode a pod made by hand is the driver. */
  readonly mode?: 'cluster' | 'client';
  readonly master?: string;
  /** With Python's packages of Spark Connect in its image. */
  readonly withConnect?: true;
  /** In place of the image of the test applications. */
  readonly image?: string;
  /** Beside what every case has (case-conf.ts); undefined takes one out. */
  readonly conf?: CaseConf;
  /** In SPARK_CONF_DIR of whoever submits. */
  readonly confFiles?: Readonly<Record<string, string>>;
  readonly templates?: Readonly<Partial<Record<Role, TemplateRequest>>>;
  /** How many it asks for: 1 when absent, and 0 is a driver alone. */
  readonly executors?: number;
  /** No more than these, and of one name prefix. */
  readonly exactly?: boolean;
  /** Where it is not the driver's. */
  readonly executorHeapMb?: number;
  readonly rights?: readonly Right[];
  /** Keys by the secret's name; their values are made up for each run. */
  readonly secrets?: Readonly<Record<string, readonly string[]>>;
  /** In the namespace, and made before the submission. */
  readonly objects?: readonly KubeObject[];
  /** Outside any namespace; removed by name at the end. */
  readonly clusterObjects?: readonly KubeObject[];
  readonly helpers?: readonly HelperPod[];
  /** The application waits before it ends, until all steps are done. */
  readonly held?: true;
  readonly steps?: readonly CaseStep[];
  readonly pods?: Readonly<Partial<Record<Role, PodRequest>>>;
  readonly logs?: Readonly<Partial<Record<Role, readonly string[]>>>;
  /** Kinds of which nothing may be left once the driver is gone. */
  readonly noneLeft?: readonly string[];
  readonly limitS?: number;
  /** What the case lacks in older versions of Spark. */
  readonly older?: { readonly before: string; readonly change: CaseChange };
  readonly faultInjection: FaultInjection;
}

/** The same case with one thing broken: it proves that the case can fail. */
export interface FaultInjection {
  readonly by: string;
  readonly change: CaseChange;
  /** Some failure must say this. */
  readonly red: string;
}

type CaseChange = Partial<Omit<VerifyCase, 'id' | 'faultInjection' | 'older'>>;

/** Of Spark's list, one that cannot be had here, and why. */
export interface AbsentCase extends Pick<VerifyCase, 'id' | 'suite' | 'title' | 'need'> {
  readonly unavailable: string;
}

export function injectCaseFault(one: VerifyCase): VerifyCase {
  return changeCase(one, one.faultInjection.change);
}

/** The case as that version of Spark has it. */
export function caseFor(one: VerifyCase, sparkVersion: string): VerifyCase {
  const { older } = one;
  return older !== undefined && compareVersions(sparkVersion, older.before) < 0 ? changeCase(one, older.change) : one;
}

function changeCase(one: VerifyCase, change: CaseChange): VerifyCase {
  return { ...one, ...change, conf: { ...one.conf, ...change.conf } };
}
