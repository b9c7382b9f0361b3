import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { isStored } from '../images/image-store.js';
import type { Host } from '../ports/host.js';
import type { Argv } from '../ports/runner.js';
import { engineStepArgv } from '../toolchain/engine/argv.js';
import { engineFiles, findProgram, type EngineObservation } from '../toolchain/engine/observe.js';
import { planEngine } from '../toolchain/engine/plan.js';
import { mendArgv } from './damaged-profile.js';
import type { Source } from '../toolchain/source.js';
import { refuseForeignCluster } from './foreign-cluster.js';
import { describeDesired, type DesiredCluster } from './desired.js';
import { observeCluster, type SeenCluster } from './observe.js';
import { describeParts, type ClusterParts } from './parts.js';
import type { StartSettings } from './minikube/argv.js';
import { planCluster, type Step } from './plan.js';
import { describeKubectl, describeMinikube, locatePrograms, type HostPrograms } from './programs.js';
import { observeEngineFor, refuseSource, settleSource } from './source.js';
import { mustReconfigure } from './start-cluster.js';
import { fitClusterSize, type FittedSize, type HostCapacity } from './size.js';

export interface PreparationWish {
  readonly size: Partial<HostCapacity>;
  /** Of a profile that is made anew. */
  readonly settings?: StartSettings;
  /** When absent, that of the cluster or the tools that are there. */
  readonly source?: Source;
  readonly signal: AbortSignal;
}

/** What was seen and what is to be done about it. */
export interface Preparation {
  readonly source: Source;
  readonly steps: readonly Step[];
  readonly desired: DesiredCluster;
  readonly seen: SeenCluster;
  readonly parts: ClusterParts;
  readonly programs: HostPrograms;
  /** Undefined where a profile is there already and can be read: it keeps the size that it was made with. */
  readonly size: FittedSize | undefined;
  readonly settings: StartSettings | undefined;
  readonly version: string;
}

/** Looks and plans; changes nothing. */
export async function planPreparation(host: Host, wish: PreparationWish): Promise<Preparation> {
  const source = wish.source ?? (await settleSource(host));
  const observed = await observeEngineFor(host, source, wish.signal);
  const refusal = refuseSource(host, observed, source);
  if (refusal !== undefined) throw refusal;
  const parts = await describeParts(host, wish.signal, source);
  const engine = (await hasAllImages(parts)) ? { ...observed, missingRootPackages: [] } : observed;
  const engineSteps = planEngine(engine);
  const programs = await locatePrograms(host, wish.signal, source);
  const seen = await observeCluster(host, parts, programs, engineSteps.length === 0, wish.signal);
  const { profile } = seen.observed;
  if (seen.observed.engineAnswers) await refuseForeignCluster(host, wish.signal);
  const size = profile === 'absent' ? fitClusterSize(capacityOf(host, engine), wish.size) : undefined;
  const version = await readVersion(host);
  const desired = describeDesired(parts, {
    minikube: describeMinikube(host, programs),
    kubectl: describeKubectl(host, programs),
    toolchain: join(host.directories.package, 'toolchain'),
    engineCommands: await describeEngineCommands(host, engine, parts, engineSteps),
    size,
    settings: wish.settings,
    asRoot: host.platform.uid === 0,
    mustReconfigure: mustReconfigure(profile),
    beforeStart: profile === 'damaged' ? [await requireMend(host)] : [],
    version,
  });
  const steps = planCluster(seen.observed, desired);
  return { source, steps, desired, seen, parts, programs, size, settings: wish.settings, version };
}

async function requireMend(host: Host): Promise<Argv> {
  const argv = await mendArgv(host.directories);
  if (argv !== undefined) return argv;
  throw new SparkDevError('CLUSTER_UNREACHABLE', 'minikube cannot read its own record of the cluster', {
    why: 'Its config.json is damaged, and no init has kept a copy of it yet.',
    fix: ['Begin anew: spark-dev down --delete && spark-dev init'],
  });
}

/** Then no root file system is made, and nothing that makes one is installed: a bundle may have come to a machine without a network. */
async function hasAllImages({ node, controlPlane, spark }: ClusterParts): Promise<boolean> {
  return (await Promise.all([node, ...controlPlane, spark].map(({ tar }) => isStored(tar)))).every(Boolean);
}

/** The daemon's machine is what the node reports as its own. */
export function capacityOf(host: Host, engine: EngineObservation): HostCapacity {
  return engine.daemon.kind === 'answers' ? engine.daemon.facts : host.platform;
}

async function describeEngineCommands(
  host: Host,
  engine: EngineObservation,
  parts: ClusterParts,
  steps: ReturnType<typeof planEngine>,
): Promise<readonly Argv[]> {
  const place = {
    hasSystemd: engine.hasSystemd,
    dockerd: (await findProgram(host, 'dockerd')) ?? 'dockerd',
    pidFile: engineFiles(host).ownDaemonPid,
    ociRuntime: parts.tools.get('oci-runtime')?.binaries['oci-runtime'] ?? '',
    groupId: undefined,
  };
  return steps.flatMap((step) => engineStepArgv(step, place));
}

export async function readVersion(host: Host): Promise<string> {
  const manifest = JSON.parse(await readFile(join(host.directories.package, 'package.json'), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}
