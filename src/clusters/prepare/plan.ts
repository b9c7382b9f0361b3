import type { ProfileState } from '../minikube/parse.js';
import type { DesiredCluster, PlainWork, PreparationStep } from './desired.js';
import type { ObservedCluster } from './observe.js';
import type { Host } from '../../ports/host.js';
import type { StepContext, Step } from '../../steps/apply.js';
import type { StartSettings } from '../minikube/argv.js';
import type { ChildRequests } from '../minikube/profile.js';
import type { ClusterParts } from './parts.js';
import type { HostPrograms } from '../programs.js';
import type { ClusterAccess } from '../capabilities.js';
import type { FittedSize, HostCapacity } from '../../kube/size.js';
import type { Source } from '../../toolchain/source-tools.js';

/** Why the node must be started; undefined if it runs, or is only paused. */
const startReasons: Readonly<Record<ProfileState, string | undefined>> = {
  running: undefined,
  paused: undefined,
  foreign: 'another home made the cluster in Docker',
  absent: 'there is no cluster yet',
  stopped: 'the cluster is stopped; its data is kept',
  orphaned: "the cluster's container is missing; a new one uses the existing volume",
  broken: 'the node is running, but Kubernetes does not answer',
  damaged: 'the minikube profile is damaged; the copy from the last init is restored, and the data stays',
};

/** The steps from the observed to the desired state, in a possible order; empty if there is no difference. */
export function planCluster(observed: ObservedCluster, desired: DesiredCluster): readonly PreparationStep[] {
  const { engineAnswers, profile, inside } = observed;
  const { commands, hostTools, nodeImages, sparkImage } = desired;
  const startReason = startReasons[profile];
  const wanted = [
    ...hostTools,
    ...(startReason === undefined ? [] : nodeImages),
    ...(inside?.hasSparkImage === true ? [] : [sparkImage]),
  ];
  return keepOwnNeeds([
    ...planStep('engine', engineAnswers ? undefined : 'no Docker daemon answers', {
      title: 'Install and start Docker',
      commands: commands.engine,
      needs: [],
    }),
    ...listMissing(observed, desired, wanted),
    ...planStep('unpause', profile === 'paused' ? 'it is paused' : undefined, {
      id: 'start',
      title: 'Unpause the cluster',
      commands: commands.unpause,
      needs: ['engine', 'tool:minikube'],
    }),
    ...planStep('start', startReason, {
      title: 'Start the cluster',
      commands: commands.start,
      needs: ['engine', 'tool:minikube', 'tool:kubernetes', ...nodeImages],
    }),
    ...planInside(observed, desired),
  ]);
}

/** The steps that produce the files of the images with these ids; empty when they exist. */
export function planImages(
  observed: Pick<ObservedCluster, 'present'>,
  desired: DesiredCluster,
  ids: readonly string[],
): readonly PreparationStep[] {
  return keepOwnNeeds(listMissing(observed, desired, ids));
}

/** The steps for what is wanted and not there, with those that they need. */
function listMissing(
  { present }: Pick<ObservedCluster, 'present'>,
  { made }: DesiredCluster,
  ids: readonly string[],
): readonly PreparationStep[] {
  const missing = new Set<PreparationStep>();
  const add = (id: string): void => {
    const step = made.find((one) => one.id === id);
    if (step === undefined || present.has(id) || missing.has(step)) return;
    missing.add(step);
    step.needs.forEach(add);
  };
  ids.forEach(add);
  return made.filter((step) => missing.has(step));
}

/** A need that is not in the plan is already met. */
function keepOwnNeeds(steps: readonly PreparationStep[]): readonly PreparationStep[] {
  const ids = new Set(steps.map(({ id }) => id));
  return steps.map((step) => ({ ...step, needs: step.needs.filter((id) => ids.has(id)) }));
}

/** No step without a reason. */
function planStep(
  kind: PlainWork,
  why: string | undefined,
  { id = kind, ...step }: Pick<PreparationStep, 'title' | 'commands' | 'needs'> & { readonly id?: string },
): readonly PreparationStep[] {
  return why === undefined ? [] : [{ ...step, id, why, work: { kind } }];
}

function planInside(
  { profile, inside, userEntry }: ObservedCluster,
  { commands, sparkImage, record }: DesiredCluster,
): readonly PreparationStep[] {
  const missing = inside?.missingObjects ?? [];
  const unknown = inside === undefined ? 'checked when the cluster is running' : undefined;
  const hasEntry = userEntry === 'there' || userEntry === 'foreign';
  const moves = profile === 'running' ? undefined : 'the address of the cluster changes with each start';
  const stale = inside?.rightsAreCurrent === false ? 'they changed since the last init' : undefined;
  const contents = [
    ...planStep('rights', unknown ?? (missing.length > 0 ? `missing: ${missing.join(', ')}` : stale), {
      title: 'Create the namespace and the service account with its rights',
      commands: commands.rights,
      needs: ['start', 'tool:kubernetes', 'tool:kubectl'],
    }),
    ...planStep(
      'deliver',
      unknown ?? (inside?.hasSparkImage === true ? undefined : "the cluster's daemon does not have it"),
      { title: 'Load the Spark image into the cluster', commands: commands.deliver, needs: ['start', sparkImage] },
    ),
  ];
  return [
    ...planStep('kubeconfig', moves ?? (hasEntry ? undefined : `it is ${userEntry}`), {
      title: 'Add spark-dev to your kubeconfig',
      commands: [],
      needs: ['start'],
    }),
    ...contents,
    ...planStep('record', contents.length > 0 || inside?.record !== record ? 'runs read it' : undefined, {
      title: 'Save the state in the cluster',
      commands: commands.record,
      needs: ['start', 'rights', 'deliver', 'tool:skaffold', 'tool:minikube', 'tool:kubernetes', 'tool:kubectl'],
    }),
  ];
}

export interface PreparationRequest {
  readonly size: Partial<HostCapacity>;
  /** The size of a new profile. */
  readonly settings?: StartSettings;
  /** Default: the source of the existing cluster or tools. */
  readonly source?: Source;
  readonly signal: AbortSignal;
}

/** What was observed, and the steps to take. */
export interface Preparation {
  readonly steps: readonly PreparationStep[];
  readonly desired: DesiredCluster;
  readonly observed: ObservedCluster;
  readonly parts: ClusterParts;
  readonly programs: HostPrograms;
  readonly access: ClusterAccess;
  /** Shown before anything is done. */
  readonly warnings: readonly string[];
  /** Undefined for an existing, readable profile: it keeps its size. */
  readonly size: FittedSize | undefined;
  readonly settings: StartSettings | undefined;
}

/** The resize of an existing cluster in init. */
export interface InitResize {
  readonly steps: readonly Step[];
  /** First if the steps are known, so that a stopped cluster starts with its new size. */
  readonly when: 'first' | 'last';
  /** Returns milliseconds by step. */
  readonly apply: () => Promise<Readonly<Record<string, number>>>;
}

/** How a provider prepares its cluster. */
export interface Preparer {
  /** Looks and plans; changes nothing. */
  plan(host: Host, request: PreparationRequest): Promise<Preparation>;
  /** Applies the steps of its own node; absent if there is no such node: then kubectl checks the DNS. */
  apply?(
    host: Host,
    context: Preparation & { readonly logFile: string },
    part: 'unpause' | 'start' | 'dns',
    running: StepContext,
  ): Promise<void>;
  /** Removes what an interrupted call left; returns whether there was anything. Docker must answer. */
  removeRuins?(host: Host, requests: ChildRequests): Promise<boolean>;
  /** At the end: keeps a copy to restore the cluster if its tool loses it. */
  keep?(host: Host): Promise<void>;
}
