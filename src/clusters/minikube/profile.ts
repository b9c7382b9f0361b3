import { dirname } from 'node:path';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import type { Argv, RunOptions } from '../../ports/runner.js';
import { dockerEnvArgv, lookUpArgv, startArgv, statusArgv, type MinikubeCluster, type StartSpec } from './argv.js';
import {
  parseDockerEnv,
  parseStartEvent,
  parseStatus,
  statusExitCodes,
  type ProfileState,
  type StartEvent,
} from './parse.js';
import { type ProfileConfig, profileFile, readProfileConfig, isDamaged } from './profile-config.js';
import { observeNodeContainer } from '../node-container.js';
import { observeVerdict, type Ownership } from '../ownership.js';
import { describeMinikube, locatePrograms, type HostPrograms } from '../programs.js';
import { observeDaemon, type DaemonState } from '../../toolchain/engine/observe.js';
import type { Source } from '../../toolchain/source-tools.js';
import { isThere } from '../../files/paths.js';
import { waitFor } from '../../time/wait-for.js';
import { proxyExceptions } from '../../kube/names.js';

export type ChildRequests = Pick<RunOptions, 'signal' | 'logFile'>;

export interface ObservedProfile {
  readonly state: ProfileState;
  /** Undefined if there is no readable profile. */
  readonly facts: ProfileConfig | undefined;
}

const answerWithinMs = 30_000;
const dnsWithinMs = 120_000;
/** minikube waits up to six minutes for a component. */
const startWithinMs = 15 * 60_000;

/** What a caller has begun to ask already. */
interface BegunQuestions {
  readonly verdict?: Promise<Ownership['verdict']>;
  /** Whether Kubernetes answers, which saves the half second of asking minikube. */
  readonly isUp?: () => Promise<boolean>;
}

/** Docker, the tools and the profile. */
export async function observeProfile(
  host: Host,
  signal?: AbortSignal,
  source?: Source,
): Promise<ObservedProfile & { readonly daemon: DaemonState; readonly programs: HostPrograms }> {
  const [daemon, programs] = await Promise.all([observeDaemon(host, signal), locatePrograms(host, signal, source)]);
  return { daemon, programs, ...(await lookAtProfile(host, programs, daemon.kind === 'answers', signal)) };
}

/** Without minikube, asks the node's container; without Docker, looks for the profile's folder. */
export async function lookAtProfile(
  host: Host,
  programs: HostPrograms,
  engineAnswers: boolean,
  signal?: AbortSignal,
  begun: BegunQuestions = {},
): Promise<ObservedProfile> {
  const unknown = (state: ProfileState): ObservedProfile => ({ state, facts: undefined });
  const verdict = engineAnswers ? await (begun.verdict ?? observeVerdict(host, signal)) : 'absent';
  if (verdict === 'foreign') return unknown('foreign');
  // minikube 1.38.1 reports an unreadable profile as missing, and then fails to create it
  if (await isDamaged(host.directories)) return unknown('damaged');
  const file = profileFile(host);
  const isKnown = await isThere(file);
  if (!engineAnswers || programs.missing.includes('minikube')) {
    const container = verdict === 'ours' ? await observeNodeContainer(host, signal) : undefined;
    return unknown(container?.state ?? (isKnown ? (engineAnswers ? 'orphaned' : 'stopped') : 'absent'));
  }
  if (!isKnown) return unknown((await isThere(dirname(file))) ? 'damaged' : 'absent');
  const facts = await readProfileConfig(host);
  if ((await begun.isUp?.()) === true) return { state: 'running', facts };
  const cluster = describeMinikube(host, programs);
  const options = { ...optionsOf(cluster, { signal }), timeoutMs: answerWithinMs, accept: statusExitCodes };
  const status = await host.runner.run(statusArgv(cluster), options);
  return { state: parseStatus(status.stdout, status.exitCode), facts };
}

export async function startProfile(
  host: Host,
  cluster: MinikubeCluster,
  spec: StartSpec,
  requests: ChildRequests & { readonly onStep?: (message: string, step: number, total: number) => void } = {},
): Promise<void> {
  let failure: Extract<StartEvent, { kind: 'failure' }> | undefined;
  const onLine: RunOptions['onLine'] = (line) => {
    const event = parseStartEvent(line);
    if (event?.kind === 'failure') failure = event;
    if (event?.kind === 'step') requests.onStep?.(event.message, event.step, event.total);
  };
  try {
    const options = { ...optionsOf(cluster, requests), onLine, timeoutMs: startWithinMs };
    await host.runner.run(startArgv(cluster, spec), options);
  } catch (error) {
    if (!(error instanceof SparkDevError) || failure === undefined || error.code === 'INTERRUPTED') throw error;
    throw new SparkDevError('TOOL_FAILED', `minikube could not start the cluster (${failure.name})`, {
      why: failure.message,
      fix: [
        'spark-dev doctor',
        ...(failure.advice === '' ? [] : [failure.advice]),
        'Start over: spark-dev down --delete && spark-dev init',
      ],
      cause: error,
      ...(error.log === undefined ? {} : { log: error.log }),
    });
  }
}

/** `minikube stop`, `unpause` or `delete`. */
export async function changeProfile(
  host: Host,
  cluster: MinikubeCluster,
  argv: Argv,
  requests: ChildRequests = {},
): Promise<void> {
  await host.runner.run(argv, { ...optionsOf(cluster, requests), timeoutMs: startWithinMs });
}

/** `minikube start` returns before CoreDNS answers, and a job started then cannot find the API server. */
export async function awaitDns(host: Host, cluster: MinikubeCluster, requests: ChildRequests = {}): Promise<void> {
  const options = { ...optionsOf(cluster, requests), accept: [1], timeoutMs: answerWithinMs };
  const { exitCode, stdout } = await waitFor(host.clock, () => host.runner.run(lookUpArgv, options), {
    until: (answer) => answer.exitCode === 0,
    ...{ everyMs: 500, timeoutMs: dnsWithinMs, signal: requests.signal },
  });
  if (exitCode === 0) return;
  throw new SparkDevError('TIMED_OUT', `The cluster's DNS has not answered for ${String(dnsWithinMs / 1000)} s`, {
    why: stdout.trim(),
    fix: ['kubectl --context spark-dev -n kube-system get pods', 'spark-dev down && spark-dev init'],
  });
}

/** The variables for the cluster's own Docker daemon, without a proxy. */
export async function readDockerEnv(
  host: Host,
  cluster: MinikubeCluster,
  requests: ChildRequests = {},
): Promise<Record<string, string>> {
  const options = { ...optionsOf(cluster, requests), timeoutMs: answerWithinMs };
  return {
    ...proxyExceptions(host.env),
    ...parseDockerEnv((await host.runner.run(dockerEnvArgv(cluster), options)).stdout),
  };
}

function optionsOf(cluster: MinikubeCluster, { signal, logFile }: ChildRequests): RunOptions {
  return { env: cluster.env, signal, ...(logFile === undefined ? {} : { logFile }) };
}
