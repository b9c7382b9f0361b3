import type { ChildEnv } from '../toolchain/tool-env.js';
import { z } from 'zod';
import type { Host } from '../ports/host.js';
import type { RunOptions } from '../ports/runner.js';
import { recipeLabel } from './recipe.js';
import { listLines } from '../text/words.js';
import { imageIdArgv, inspectImagesArgv } from './docker-argv.js';

export interface ObservedImage {
  /** sha256 of its configuration, the same in every daemon. */
  readonly id: string;
  readonly references: readonly string[];
  /** REPOSITORY@sha256:… in a registry; empty for images that were never in one. */
  readonly digests: readonly string[];
  readonly bytes: number;
  readonly createdAt: string;
  /** Set on our images and inherited by images built on them. */
  readonly recipe: string | undefined;
}

const answerWithinMs = 30_000;

const inspectSchema = z.object({
  Id: z.string(),
  RepoTags: z.array(z.string()).nullish(),
  RepoDigests: z.array(z.string()).nullish(),
  Size: z.number(),
  Created: z.string(),
  Config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }).nullish(),
});

/** Which of these images the daemon has, each once. */
export async function inspectImages(
  host: Host,
  daemon: Daemon,
  references: readonly string[],
  signal?: AbortSignal,
): Promise<readonly ObservedImage[]> {
  if (references.length === 0) return [];
  const argv = inspectImagesArgv('{{json .}}', ...references);
  // one line per image; missing images print nothing
  const { stdout } = await host.runner.run(argv, { ...optionsOf(daemon, signal), accept: [1] });
  const images = listLines(stdout).map((line): ObservedImage => {
    const image = inspectSchema.parse(JSON.parse(line));
    return {
      id: image.Id,
      references: image.RepoTags ?? [],
      digests: image.RepoDigests ?? [],
      bytes: image.Size,
      createdAt: image.Created,
      recipe: image.Config?.Labels?.[recipeLabel],
    };
  });
  return [...new Map(images.map((image) => [image.id, image])).values()];
}

/** Every tagged image with our label, including images that others built on ours. */
export async function listLabelled(
  host: Host,
  daemon: Daemon,
  signal?: AbortSignal,
): Promise<readonly ObservedImage[]> {
  const argv = ['docker', 'image', 'ls', '--filter', `label=${recipeLabel}`, '--format', '{{.Repository}}:{{.Tag}}'];
  const listed = listLines((await host.runner.run(argv, optionsOf(daemon, signal))).stdout);
  // ours always have their own tag
  const tagged = listed.filter((reference) => !reference.includes('<none>'));
  return inspectImages(host, daemon, tagged, signal);
}

/** Ids of images used by containers, including stopped ones. */
export async function listUsedIds(host: Host, daemon: Daemon, signal?: AbortSignal): Promise<ReadonlySet<string>> {
  const options = optionsOf(daemon, signal);
  const list = ['docker', 'container', 'ls', '--all', '--quiet', '--no-trunc'];
  const containers = listLines((await host.runner.run(list, options)).stdout);
  if (containers.length === 0) return new Set();
  const inspect = ['docker', 'container', 'inspect', '--format', '{{.Image}}', ...containers];
  // A container that ended meanwhile does not matter: the others are still listed.
  return new Set(listLines((await host.runner.run(inspect, { ...options, accept: [1] })).stdout));
}

function optionsOf({ dockerEnv }: Daemon, signal: AbortSignal | undefined) {
  return { signal, timeoutMs: answerWithinMs, env: dockerEnv };
}

/** Undefined if the daemon of that environment does not have the image. */
export async function findImageId(
  host: Pick<Host, 'runner'>,
  reference: string,
  options: Omit<RunOptions, 'accept'>,
): Promise<string | undefined> {
  const answer = await host.runner.run(imageIdArgv(reference), { ...options, accept: [1] });
  return answer.exitCode === 0 ? answer.stdout.trim() : undefined;
}

/** Size in bytes of the layer with the class archive; undefined if the image has none. */
export function parseArchiveBytes(stdout: string): number | undefined {
  const line = stdout.split('\n').find((one) => one.includes('/opt/spark/spark.jsa'));
  return line === undefined ? undefined : Number.parseInt(line);
}

/** What the archive adds to the plain image; undefined if the daemon lacks the image or the image has no archive. */
export async function readArchiveBytes(
  host: Host,
  { dockerEnv }: Daemon,
  reference: string,
  signal: AbortSignal,
): Promise<number | undefined> {
  const argv = ['docker', 'history', '--no-trunc', '--human=false', '--format', '{{.Size}} {{.CreatedBy}}', reference];
  const options = { signal, accept: [1], timeoutMs: 30_000, env: dockerEnv };
  return parseArchiveBytes((await host.runner.run(argv, options)).stdout);
}

/** A Docker daemon that may hold images: the machine's own, or the one in the cluster's node. */
export interface Daemon {
  readonly place: DaemonLocation;
  /** Environment variables that select it; none for the machine's own. */
  readonly dockerEnv: ChildEnv | undefined;
}

export type DaemonLocation = 'host' | 'cluster';

export const daemonTitles: Readonly<Record<DaemonLocation, string>> = {
  host: "this machine's Docker",
  cluster: "the cluster's Docker",
};
