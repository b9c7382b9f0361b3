import { z } from 'zod';
import type { Host } from '../ports/host.js';
import type { Argv } from '../ports/runner.js';
import type { Daemon } from './daemon.js';
import { recipeLabel } from './recipe.js';
import { listLines } from '../text/words.js';

/** An image as a daemon describes it. */
export interface ImageFacts {
  /** sha256 of its configuration, the same in every daemon that has it. */
  readonly id: string;
  readonly references: readonly string[];
  /** As a registry names it: REPOSITORY@sha256:…; none for what never was in one. */
  readonly digests: readonly string[];
  readonly bytes: number;
  readonly createdAt: string;
  /** Ours carry it; an image built on one of ours inherits it. */
  readonly recipe: string | undefined;
}

const answerWithinMs = 30_000;

export function inspectArgv(references: readonly string[]): Argv {
  return ['docker', 'image', 'inspect', '--format', '{{json .}}', ...references];
}

/** Only tagged ones: ours always have a tag of their own. */
export function listOwnArgv(): Argv {
  return ['docker', 'image', 'ls', '--filter', `label=${recipeLabel}`, '--format', '{{.Repository}}:{{.Tag}}'];
}

export function listContainersArgv(): Argv {
  return ['docker', 'container', 'ls', '--all', '--quiet', '--no-trunc'];
}

export function inspectContainersArgv(containers: readonly string[]): Argv {
  return ['docker', 'container', 'inspect', '--format', '{{.Image}}', ...containers];
}

const inspectSchema = z.object({
  Id: z.string(),
  RepoTags: z.array(z.string()).nullish(),
  RepoDigests: z.array(z.string()).nullish(),
  Size: z.number(),
  Created: z.string(),
  Config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }).nullish(),
});

/** One image a line; what is not there has none. */
export function parseInspected(stdout: string): readonly ImageFacts[] {
  return listLines(stdout).map((line) => {
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
}

/** What the daemon has of these, each once. */
export async function inspectImages(
  host: Host,
  daemon: Daemon,
  references: readonly string[],
  signal?: AbortSignal,
): Promise<readonly ImageFacts[]> {
  if (references.length === 0) return [];
  const answer = await host.runner.run(inspectArgv(references), { ...optionsOf(daemon, signal), accept: [1] });
  return [...new Map(parseInspected(answer.stdout).map((image) => [image.id, image])).values()];
}

/** Every tagged image with our label, built on ours by others too. */
export async function listLabelled(host: Host, daemon: Daemon, signal?: AbortSignal): Promise<readonly ImageFacts[]> {
  const listed = await host.runner.run(listOwnArgv(), optionsOf(daemon, signal));
  return inspectImages(
    host,
    daemon,
    listLines(listed.stdout).filter((reference) => !reference.includes('<none>')),
    signal,
  );
}

/** Ids of images that a container has, a stopped one too. */
export async function listUsedIds(host: Host, daemon: Daemon, signal?: AbortSignal): Promise<ReadonlySet<string>> {
  const options = optionsOf(daemon, signal);
  const containers = listLines((await host.runner.run(listContainersArgv(), options)).stdout);
  if (containers.length === 0) return new Set();
  // One that ended in between is no loss: the others are still answered.
  const answer = await host.runner.run(inspectContainersArgv(containers), { ...options, accept: [1] });
  return new Set(listLines(answer.stdout));
}

function optionsOf({ dockerEnv }: Daemon, signal: AbortSignal | undefined) {
  return { signal, timeoutMs: answerWithinMs, ...(dockerEnv === undefined ? {} : { env: dockerEnv }) };
}
