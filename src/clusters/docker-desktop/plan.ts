import { join } from 'node:path';
import type { Host } from '../../ports/host.js';
import { describeEngineCommands } from '../../toolchain/engine/engine.js';
import { planEngine } from '../../toolchain/engine/plan.js';
import { describeDesired } from '../prepare/desired.js';
import { defaultStorageMark, rightsFolders } from '../../kube/names.js';
import { listPresent, lookInside, type ObservedCluster } from '../prepare/observe.js';
import { describeParts, hasAllImages, ociRuntimeOf, type ClusterParts } from '../prepare/parts.js';
import { planCluster, type Preparation, type PreparationRequest } from '../prepare/plan.js';
import { locatePrograms } from '../programs.js';
import { observeEngineFor, refuseSource, resolveSource } from '../prepare/source.js';
import { accessDesktop } from './access.js';
import { observeDesktopHost, asksOf, refuseOtherDaemon, warnOf } from './observe-host.js';
import { digestFolder } from '../../images/recipe.js';

/**
 * Looks and plans; changes nothing. Kubernetes exists already, so the steps are the user's own ones first, then tools, the
 * Spark image in its daemon, our namespace and rights, and the cluster state.
 */
export async function planDesktopPreparation(host: Host, request: PreparationRequest): Promise<Preparation> {
  const { signal } = request;
  const source = request.source ?? (await resolveSource(host));
  // spark-dev runs no node here, so it does not need that capability
  const seenEngine = { ...(await observeEngineFor(host, source, signal)), lacksSysResource: false };
  const refusal = refuseSource(host, seenEngine, source);
  if (refusal !== undefined) throw refusal;
  const usual = await describeParts(host, signal, source);
  const engine = (await hasAllImages([usual.spark])) ? { ...seenEngine, missingRootPackages: [] } : seenEngine;
  const answers = engine.daemon.kind === 'answers';
  const engineChanges = answers ? planEngine(engine) : [];
  const programs = await locatePrograms(host, signal, source);
  const ground = await observeDesktopHost(host, programs, signal);
  refuseOtherDaemon(ground);
  const parts = ground.hasStandardStorage ? usual : await withDefaultStorage(host, usual);
  const access = await accessDesktop(host, programs, ground.context, signal);
  const inside = answers && ground.nodes.length > 0 ? await lookInside(host, parts, access, signal) : undefined;
  const present = await listPresent(host, parts, programs, answers, signal);
  const observed: ObservedCluster = {
    engineAnswers: engineChanges.length === 0,
    present: programs.missing.includes('kubectl') ? present : new Set([...present, 'tool:kubernetes']),
    profile: 'running',
    userEntry: 'there',
    inside,
  };
  const desired = describeDesired(parts, {
    node: undefined,
    kubectl: access,
    toolchain: join(host.directories.package, 'toolchain'),
    engineCommands: await describeEngineCommands(host, engine, engineChanges, ociRuntimeOf(parts)),
  });
  return {
    steps: [...asksOf(ground, answers), ...planCluster(observed, desired)],
    desired,
    observed,
    parts,
    programs,
    access,
    warnings: warnOf(ground, request.size),
    size: undefined,
    settings: undefined,
  };
}

/** minikube's class is called standard; without one, the cluster's default class is used. */
async function withDefaultStorage(host: Host, parts: ClusterParts): Promise<ClusterParts> {
  const folder = join(host.directories.package, 'kustomize', rightsFolders.default);
  const own = (await digestFolder(folder)).slice(0, 12);
  return { ...parts, rights: { folder, digest: `${parts.rights.digest}-${own}${defaultStorageMark}` } };
}
