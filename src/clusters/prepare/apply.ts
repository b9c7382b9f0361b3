import { join } from 'node:path';
import { currentSparkImage } from '../../images/catalog.js';
import { tagArgv } from '../../images/docker-argv.js';
import { ensureDebianRoot, ensureImage } from '../../images/build.js';
import { ensureLoaded } from '../../images/image-store.js';
import type { PlannedImage } from '../../images/recipe.js';
import { mergeOwnEntry } from '../../kube/kubeconfig/entry.js';
import { applyInputArgv, applyRightsArgv, awaitDnsArgv, clusterStateObject, listInput } from '../../kube/kubectl.js';
import { jobNamespace } from '../../kube/names.js';
import type { Host } from '../../ports/host.js';
import { applySteps, type CommonSteps, type StepContext } from '../../steps/apply.js';
import { ensureEngine } from '../../toolchain/engine/engine.js';
import { startBuilds, type ToolBuilds } from '../../toolchain/go/build-queue.js';
import { ensureGo, requiredGoVersion } from '../../toolchain/go/toolchain.js';
import { sourceTool, sourceTools, type SourceToolName } from '../../toolchain/source-tools.js';
import { ensureDistribution } from '../../toolchain/spark/distribution.js';
import { findSparkVersion } from '../../toolchain/spark/versions.js';
import { installRelease } from '../../toolchain/upstream/install.js';
import { releases, type ReleaseName } from '../../toolchain/upstream/pins.js';
import { claimNamespace } from '../object-proof.js';
import { describeClusterState, rootImage, type PreparationStep } from './desired.js';
import { listImages, type ClusterParts } from './parts.js';
import type { Preparation, PreparationRequest, Preparer } from './plan.js';

/** kubectl itself gives up before. */
const dnsWithinMs = 150_000;

export interface ApplyPreparationRequest extends PreparationRequest {
  readonly preparer: Preparer;
  readonly logFile: string;
  /** Called after each step. */
  readonly onDone?: (step: PreparationStep, tookMs: number) => void;
}

/**
 * Applies the plan; each step starts when its needs are met, and each is atomic, so that an interrupted init can continue.
 * Docker comes first and spark-dev then plans again, because an installed Docker reveals more; steps that need no Docker
 * (compiling, downloading Spark) start before.
 */
export async function applyPreparation(
  host: Host,
  planned: Preparation,
  request: ApplyPreparationRequest,
): Promise<void> {
  const common: CommonSteps = { begun: new Map(), stop: new AbortController() };
  const signal = AbortSignal.any([request.signal, common.stop.signal]);
  const { preparer, logFile, onDone } = request;
  const builds: ToolBuilds = planned.parts.source === 'upstream' ? new Map() : beginBuilds(host, planned.steps, signal);
  const apply = (preparation: Preparation, steps: readonly PreparationStep[]): Promise<unknown> =>
    applySteps(host, steps, {
      ...{ signal, common, ...(onDone === undefined ? {} : { onDone }) },
      apply: (step, running) => applyStep(host, { ...preparation, builds, logFile, preparer }, step, running),
      isQuiet: ({ work }) => ['tool', 'spark-files', 'image'].includes(work.kind),
    });
  try {
    let preparation = planned;
    if (planned.steps.some(({ work }) => work.kind === 'engine')) {
      const independent = planned.steps.filter(({ work: { kind } }) => kind === 'tool' || kind === 'spark-files');
      apply(planned, independent).catch(() => undefined);
      await ensureEngine(host, {
        ...{ logFile, signal },
        ociRuntime: () => findOciRuntime(host, builds, signal),
        pullsRoot: planned.parts.source === 'upstream' || !planned.steps.some(({ work }) => work.kind === 'image'),
      });
      await preparer.removeRuins?.(host, { signal, logFile });
      preparation = await preparer.plan(host, { ...request, source: planned.parts.source, signal });
    }
    await apply(preparation, preparation.steps);
  } catch (error) {
    common.stop.abort(error);
    await Promise.allSettled([...common.begun.values(), ...builds.values()]);
    // the first failure is the cause; later ones come from the stop
    throw common.stop.signal.reason as Error;
  }
}

interface PreparationContext extends Preparation, Pick<ApplyPreparationRequest, 'preparer' | 'logFile'> {
  readonly builds: ToolBuilds;
}

async function applyStep(
  host: Host,
  context: PreparationContext,
  { id, work }: PreparationStep,
  running: StepContext,
): Promise<unknown> {
  const { parts, access, builds, logFile, preparer } = context;
  const { signal } = running;
  const requests = { signal, logFile };
  const options = { ...requests, env: access.childEnv };
  switch (work.kind) {
    case 'ask':
    case 'engine':
      throw new Error(`${id} must run before the other steps are planned`);
    case 'tool':
      return parts.source === 'upstream'
        ? installRelease(host, releases[work.tool as ReleaseName], { signal })
        : builds.get(work.tool as SourceToolName);
    case 'spark-files':
      return ensureDistribution(host, findSparkVersion(work.version), signal);
    case 'image':
      return work.image === rootImage
        ? ensureDebianRoot(host, parts.root, requests)
        : ensureImage(host, findImage(parts, work.image), requests);
    case 'unpause':
    case 'start':
      return preparer.apply?.(host, context, work.kind, running);
    case 'kubeconfig':
      return mergeOwnEntry(host);
    case 'rights':
      if (!access.provider.isMadeByUs) await claimNamespace(host, access, jobNamespace, options);
      return host.runner.run(applyRightsArgv(access, parts.rights.folder), options);
    case 'deliver': {
      const inCluster = { ...requests, env: await access.dockerEnv(host, signal) };
      await ensureLoaded(host, parts.spark, inCluster);
      await host.runner.run(tagArgv(parts.spark.reference, currentSparkImage), inCluster);
      return parts.spark.reference;
    }
    case 'record': {
      if (preparer.apply !== undefined) await preparer.apply(host, context, 'dns', running);
      else await host.runner.run(awaitDnsArgv(access), { ...options, timeoutMs: dnsWithinMs });
      const input = listInput(clusterStateObject(describeClusterState(parts)));
      await host.runner.run(applyInputArgv(access), { ...options, input });
      return preparer.keep?.(host);
    }
  }
}

function findImage(parts: ClusterParts, name: string): PlannedImage {
  const image = listImages(parts).find(({ recipe }) => recipe.name === name);
  if (image === undefined) throw new Error(`no image ${name}`);
  return image;
}

/** Docker only, for what must happen before planning. */
export async function bringEngineUp(host: Host, requests: { readonly signal: AbortSignal }): Promise<void> {
  await ensureEngine(host, {
    logFile: join(host.directories.state, 'logs', 'engine.log'),
    signal: requests.signal,
    ociRuntime: () => findOciRuntime(host, new Map(), requests.signal),
  });
}

function beginBuilds(host: Host, steps: readonly PreparationStep[], signal: AbortSignal): ToolBuilds {
  const tools = sourceTools.filter(({ name }) => steps.some(({ work }) => work.kind === 'tool' && work.tool === name));
  return startBuilds(host, tools, provideGo(host), signal);
}

function provideGo(host: Host): (signal: AbortSignal) => Promise<{ readonly path: string }> {
  return async (signal) => ensureGo(host, await requiredGoVersion(host), { signal });
}

async function findOciRuntime(host: Host, builds: ToolBuilds, signal: AbortSignal): Promise<string> {
  const tool = sourceTool('oci-runtime');
  const built = builds.get(tool.name) ?? startBuilds(host, [tool], provideGo(host), signal).get(tool.name);
  return (await built)?.binaries['oci-runtime'] ?? '';
}
