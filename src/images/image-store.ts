import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Host } from '../ports/host.js';
import { complete } from '../toolchain/half-made.js';
import { loadArgv, pullArgv, removeArgv, saveArgv, tagArgv } from './docker-argv.js';
import { findImageId } from './observed-image.js';

export interface StoredImage {
  readonly reference: string;
  readonly tar: string;
}

export interface StoreOptions {
  readonly logFile: string;
  readonly signal?: AbortSignal | undefined;
  /** Environment variables that select a daemon other than the machine's own, e.g. the node's. */
  readonly dockerEnv?: Readonly<Record<string, string>>;
}

/** Loads the image into the daemon if it is missing; returns whether it had to. */
export async function ensureLoaded(host: Host, image: StoredImage, options: StoreOptions): Promise<boolean> {
  if ((await findImageId(host, image.reference, runOptions(options))) !== undefined) return false;
  await host.runner.run(loadArgv(image.tar), runOptions(options));
  return true;
}

/** By digest, so that the content is the expected one. */
export async function ensurePulled(host: Host, reference: string, options: StoreOptions): Promise<void> {
  if ((await findImageId(host, reference, runOptions(options))) === undefined)
    await host.runner.run(pullArgv(reference), runOptions(options));
}

/** The file gets its name when it is complete; `savedAs` is the name that a later load gives the image. */
export async function saveImage(
  host: Host,
  image: StoredImage,
  savedAs: string | undefined,
  options: StoreOptions,
): Promise<void> {
  const partial = `${image.tar}.partial`;
  await mkdir(dirname(image.tar), { recursive: true });
  try {
    if (savedAs === undefined) await host.runner.run(saveArgv(image.reference, partial), runOptions(options));
    else await saveUnderOtherName(host, image.reference, savedAs, partial, options);
    await complete(partial, image.tar);
  } finally {
    await rm(partial, { force: true });
  }
}

/** If the user had an image under this name, it gets the name back. */
async function saveUnderOtherName(
  host: Host,
  reference: string,
  savedAs: string,
  file: string,
  options: StoreOptions,
): Promise<void> {
  const theirs = await findImageId(host, savedAs, runOptions(options));
  try {
    await host.runner.run(tagArgv(reference, savedAs), runOptions(options));
    await host.runner.run(saveArgv(savedAs, file), runOptions(options));
  } finally {
    const back = theirs === undefined ? removeArgv([savedAs]) : tagArgv(theirs, savedAs);
    await host.runner.run(back, runOptions({ ...options, signal: undefined }));
  }
}

function runOptions({ logFile, signal, dockerEnv }: StoreOptions): {
  readonly logFile: string;
  readonly signal: AbortSignal | undefined;
  readonly env?: Readonly<Record<string, string>>;
} {
  return { logFile, signal, ...(dockerEnv === undefined ? {} : { env: dockerEnv }) };
}
