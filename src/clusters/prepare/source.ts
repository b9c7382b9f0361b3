import { z } from 'zod';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { isOpen } from '../../journal/journal.js';
import type { Host } from '../../ports/host.js';
import { observeEngine, relaxedRuntime, type EngineObservation } from '../../toolchain/engine/observe.js';
import type { Source, SourceRequest } from '../../toolchain/source.js';
import { sourceTools } from '../../toolchain/source-tools.js';
import { findBuiltTool } from '../../toolchain/tool-directory.js';
import { findRelease, releasePlatform } from '../../toolchain/upstream/install.js';
import { releases } from '../../toolchain/upstream/pins.js';
import { probeSource, type ProbeAnswer } from '../../toolchain/upstream/probe.js';
import { readJson } from '../../files/read-json.js';
import { profileFile } from '../minikube/profile-file.js';

/** Minutes instead of a quarter of an hour, where both can be had. */
const preference: readonly Source[] = ['upstream', 'registries'];

/** Settles where the parts come from, and says so in one line; a cluster that is there keeps what it was `made` from. */
export async function chooseSource(
  host: Host,
  request: SourceRequest,
  signal: AbortSignal,
  made: Source | undefined,
): Promise<Source> {
  if (made !== undefined) {
    if (request !== 'auto' && request !== made)
      host.ui.warn(
        `The cluster was made from ${made} and stays so. For ${request}: spark-dev down --delete, then spark-dev init --source ${request}`,
      );
    return made;
  }
  if (request !== 'auto') return request;
  const { source, why } = (await findPresentSource(host)) ?? (await probeSources(host, signal));
  host.ui.say(`Source: ${source} (${why})`);
  return source;
}

/** Without asking anybody: as the cluster was made, else as its tools were had, else as everywhere before. */
export async function resolveSource(host: Host): Promise<Source> {
  return (await findMadeSource(host)) ?? (await findPresentSource(host))?.source ?? 'registries';
}

/** What minikube itself noted of the node's image; undefined where there is no cluster. */
export async function findMadeSource(host: Pick<Host, 'directories'>): Promise<Source | undefined> {
  const read = z.object({ KicBaseImage: z.string().min(1) }).safeParse(await readJson(profileFile(host)));
  if (!read.success) return undefined;
  return read.data.KicBaseImage.startsWith('spark-dev/') ? 'registries' : 'upstream';
}

/** Of a cluster that stays: what was cut short is removed before anything is made. */
export async function findLastingSource(host: Host): Promise<Source | undefined> {
  return (await isOpen(host, 'create-cluster')) ? undefined : findMadeSource(host);
}

/** Docker as the source needs it: without mmdebstrap where the root is pulled. */
export async function observeEngineFor(host: Host, source: Source, signal?: AbortSignal): Promise<EngineObservation> {
  const engine = await observeEngine(host, signal);
  return source === 'upstream' ? { ...engine, missingRootPackages: [] } : engine;
}

/** Why this machine cannot use the source, network or not; undefined when it can. */
export function refuseSource(
  host: Host,
  engine: Pick<EngineObservation, 'daemon' | 'lacksSysResource' | 'hasApt'>,
  source: Source,
): SparkDevError | undefined {
  return source === 'upstream' ? refuseUpstream(host, engine) : refuseRegistries(host, engine);
}

function refuseUpstream(
  host: Host,
  engine: Pick<EngineObservation, 'daemon' | 'lacksSysResource'>,
): SparkDevError | undefined {
  const { os, arch } = host.platform;
  if (releasePlatform(host) === undefined) {
    return new SparkDevError('PREREQUISITE_MISSING', 'There are no official releases for this machine', {
      why: `It is ${os} on ${arch}.`,
      fix: ['spark-dev run sparkpi --target local   # real Spark, embedded, no cluster needed'],
    });
  }
  const { daemon } = engine;
  const isRelaxed = daemon.kind === 'answers' && daemon.facts.defaultRuntime === relaxedRuntime;
  if (!engine.lacksSysResource && !isRelaxed) return undefined;
  return new SparkDevError('CAPABILITY_MISSING', 'The official node image cannot run here', {
    why: 'This machine denies CAP_SYS_RESOURCE, which its runc asks for; the node that is built from registries does without.',
    fix: ['spark-dev init --source registries'],
  });
}

function refuseRegistries(
  { platform }: Host,
  { hasApt }: Pick<EngineObservation, 'hasApt'>,
): SparkDevError | undefined {
  const reason =
    platform.os !== 'linux'
      ? `It is ${platform.os}.`
      : platform.arch === 'unsupported'
        ? 'Its processor is neither amd64 nor arm64.'
        : hasApt
          ? undefined
          : 'It has no apt.';
  if (reason === undefined) return undefined;
  return new SparkDevError('PREREQUISITE_MISSING', 'This machine cannot make a cluster from package registries yet', {
    why: `${reason} It takes Debian or Ubuntu on amd64 or arm64, as root or with sudo.`,
    fix: [
      'spark-dev init --source upstream   # official releases and images, with a Docker that runs',
      'spark-dev run sparkpi --target local   # real Spark, embedded, no cluster needed',
    ],
  });
}

interface Choice {
  readonly source: Source;
  readonly why: string;
}

/** An interrupted init goes on as it began, and one without a network can still end. */
async function findPresentSource(host: Host): Promise<Choice | undefined> {
  const why = 'its tools are here already';
  const built = await Promise.all(sourceTools.map((tool) => findBuiltTool(host, tool)));
  if (built.some((tool) => tool !== undefined)) return { source: 'registries', why };
  const downloaded = await Promise.all(Object.values(releases).map((release) => findRelease(host, release)));
  return downloaded.some((tool) => tool !== undefined) ? { source: 'upstream', why } : undefined;
}

/** What the machine rules out is not asked; with only one left there is no choice. */
async function probeSources(host: Host, signal: AbortSignal): Promise<Choice> {
  const engine = await observeEngine(host, signal);
  const [upstream, registries] = [refuseUpstream(host, engine), refuseRegistries(host, engine)];
  if (upstream !== undefined && registries !== undefined) throw host.platform.os === 'linux' ? registries : upstream;
  if (upstream !== undefined) return { source: 'registries', why: `${upstream.what}. ${upstream.why ?? ''}` };
  if (registries !== undefined) return { source: 'upstream', why: `only that works here. ${registries.why ?? ''}` };
  const answers = await Promise.all(preference.map((source) => probeSource(host, source, signal)));
  const troubles = answers.map((all) => all.filter(({ trouble }) => trouble !== undefined));
  const reached = preference.find((_, index) => troubles[index]?.length === 0);
  if (reached === undefined) throw unreachable(answers);
  const [other] = troubles.flat();
  const why =
    other === undefined
      ? 'both answer, and downloading takes less long than building'
      : `${new URL(other.url).host}: ${other.trouble ?? ''}`;
  return { source: reached, why };
}

function unreachable(answers: readonly (readonly ProbeAnswer[])[]): SparkDevError {
  const tried = preference.flatMap((source, index) =>
    (answers[index] ?? []).map(({ url, trouble }) => `${source}: ${url}: ${trouble ?? 'answers'}`),
  );
  return new SparkDevError('SOURCE_UNREACHABLE', 'Neither official releases nor package registries can be reached', {
    why: tried.join('\n'),
    fix: [
      'Check the network and the proxy (HTTPS_PROXY, NO_PROXY), then run it again',
      'spark-dev init --source registries   # tries it without asking first',
    ],
    facts: { tried },
  });
}
