import type { PreparedCluster } from '../clusters/prepared.js';
import type { OptionSpec, OptionValues } from '../command.js';
import type { PinnedImage } from '../images/upstream-images.js';
import type { NamespaceSession } from '../namespaces/session.js';
import type { ServiceObject } from './objects.js';
import type { Standing } from './standing.js';
import type { ShownStep } from '../steps/apply.js';

type Flags = readonly OptionSpec[];

/**
 * A service runs at most once in each namespace. It needs a folder here and a line in services.ts.
 *
 * Two extensions wait for the first service that needs them. A service that changes how jobs run (a metrics sink)
 * gets `jobConf(cluster, standing)`; the conf builder calls it for every service in the run's namespace.
 * A persistent volume is prepared with the namespace, like `spark-events`, so that `down` never deletes data.
 */
export interface ClusterService<Own extends Flags = Flags, Options = unknown> {
  readonly name: string;
  /** For use in a sentence: `the submit service`. */
  readonly title: string;
  readonly summary: string;
  /** Flags of `services up`. */
  readonly flags: Own;
  /** Images that package registries lack; `init` has loaded the Spark image. */
  readonly images: readonly ServiceImage[];
  /** Where its pods serve a page over HTTP, if they do; `open` opens it. */
  readonly port?: number;
  /** Options without a flag may keep their current value. Throws USAGE. */
  readOptions(values: OptionValues<Own>, standing?: Standing): Options;
  /** `completeObjects` adds namespace and labels, so that no service can forget them. */
  objects(cluster: PreparedCluster, options: Options): readonly ServiceObject[];
  /** The command to run next. */
  next(namespace: string): string;
  /** Facts that pod status does not show. */
  check?(session: NamespaceSession, standing: Standing): Promise<ServiceCheck>;
  /** Called when its page is open, for example to explain the login. */
  greet?(session: NamespaceSession): Promise<void>;
}

/** A terminal UI; it has no objects in the cluster. */
export interface TerminalPage<Own extends Flags = Flags> {
  readonly name: string;
  readonly summary: string;
  /** Flags of `services open`. */
  readonly flags: Own;
  /** Commands to use without a terminal. */
  instead(cluster: PreparedCluster): readonly string[];
  plan(session: NamespaceSession, values: OptionValues<Own>): Promise<readonly ShownStep[]>;
  /** Returns when the user leaves. */
  attach(session: NamespaceSession, values: OptionValues<Own>): Promise<object>;
}

export type Service = ClusterService | TerminalPage;

export interface ServiceImage extends PinnedImage {
  /** Explains why package registries lack it, and the alternative. */
  readonly unavailable: { readonly why: string; readonly fix: readonly string[] };
}

export interface ServiceCheck {
  /** Lines for `status`. */
  readonly notes: readonly string[];
  /** Ids of runs that end when its pods stop. */
  readonly busy: readonly string[];
  /** Its own fields in the JSON of `status` and `up`. */
  readonly facts?: object;
}

/** Type-checks the flags, then erases their types so that one list can hold all services. */
export function clusterService<const Own extends Flags, Options>(spec: ClusterService<Own, Options>): ClusterService {
  return spec;
}

export function terminalPage<const Own extends Flags>(spec: TerminalPage<Own>): TerminalPage {
  return spec;
}
