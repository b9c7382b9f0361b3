import type { PreparedCluster } from '../clusters/prepared.js';
import type { OptionSpec, OptionValues } from '../command.js';
import type { PinnedImage } from '../images/upstream-images.js';
import type { NamespaceSession } from '../namespaces/session.js';
import type { ShownStep } from '../steps/step.js';
import type { ServiceObject } from './objects.js';
import type { Standing } from './standing.js';

type Flags = readonly OptionSpec[];

/**
 * Something that stands in a namespace of the cluster, at most once in each: a folder here and a line in services.ts.
 *
 * Two things wait for the first service that needs them. One that changes how jobs run (a metrics sink) gets
 * `jobConf(cluster, standing)`, which the builder of a run's conf asks of every service that stands in the run's namespace.
 * A volume that outlives its pods is prepared with the namespace, as `spark-events` is, so that `down` never deletes data.
 */
export interface ClusterService<Own extends Flags = Flags, Options = unknown> {
  readonly name: string;
  /** As it stands in a sentence: `the submit service`. */
  readonly title: string;
  readonly summary: string;
  /** Of `services up`. */
  readonly flags: Own;
  /** What package registries do not have; Spark's own is in the cluster since `init`. */
  readonly images: readonly ServiceImage[];
  /** `open` shows the first. */
  readonly endpoints: readonly Endpoint[];
  /** Typed from the flags; what no flag says may be kept as it stands. Throws USAGE. */
  readOptions(values: OptionValues<Own>, standing?: Standing): Options;
  /** All of it. Namespace and labels are put on each afterwards, so that no service can forget them. */
  objects(cluster: PreparedCluster, options: Options): readonly ServiceObject[];
  /** The words that use it once it is up. */
  next(namespace: string): string;
  /** What its pods do not tell; whether they are ready, their probes say. */
  check?(session: NamespaceSession, standing: Standing): Promise<ServiceCheck>;
  /** Called when its page is open, for example to say how to log in. */
  greet?(session: NamespaceSession): Promise<void>;
}

/** A view of the cluster that draws on this terminal; it has no objects. */
export interface TerminalPage<Own extends Flags = Flags> {
  readonly name: string;
  readonly summary: string;
  /** Of `services open`. */
  readonly flags: Own;
  /** What to type where there is no terminal. */
  instead(cluster: PreparedCluster): readonly string[];
  plan(session: NamespaceSession, values: OptionValues<Own>): Promise<readonly ShownStep[]>;
  /** Ends when the person leaves; answers what was opened. */
  attach(session: NamespaceSession, values: OptionValues<Own>): Promise<object>;
}

export type Service = ClusterService | TerminalPage;

export interface ServiceImage extends PinnedImage {
  /** Why package registries do not have it, and what to use instead. */
  readonly unavailable: { readonly why: string; readonly fix: readonly string[] };
}

export interface Endpoint {
  readonly scheme: string;
  readonly port: number;
  /** Of the pods that answer; all when absent. */
  readonly role?: string;
  /** The Kubernetes Service by which pods reach it; without one, its address is that of the pod. */
  readonly host?: string;
}

export interface ServiceCheck {
  /** Lines for `status`. */
  readonly notes: readonly string[];
  /** Ids of runs that end with its pods. */
  readonly busy: readonly string[];
}

/** Checks the flags against their use, and forgets their types: the list holds services of all kinds. */
export function clusterService<const Own extends Flags, Options>(spec: ClusterService<Own, Options>): ClusterService {
  return spec;
}

export function terminalPage<const Own extends Flags>(spec: TerminalPage<Own>): TerminalPage {
  return spec;
}
