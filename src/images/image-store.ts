import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Host } from '../ports/host.js';
import type { RunOptions } from '../ports/runner.js';
import { complete } from '../toolchain/half-made.js';
import { loadArgv, pullArgv, removeArgv, saveArgv, tagArgv } from './docker-argv.js';
import { findImageId } from './observed-image.js';

interface StoredImage {
  readonly reference: string;
  readonly tar: string;
}

/** `env` selects a daemon other than the machine's own, e.g. the node's. */
export type StoreOptions = Pick<RunOptions, 'logFile' | 'signal' | 'env'>;

/** Loads the image into the daemon if it is missing; returns whether it had to. */
export async function ensureLoaded(host: Host, image: StoredImage, options: StoreOptions): Promise<boolean> {
  if ((await findImageId(host, image.reference, options)) !== undefined) return false;
  await host.runner.run(loadArgv(image.tar), options);
  return true;
}

/** By digest, so that the content is the expected one. */
export async function ensurePulled(host: Host, reference: string, options: StoreOptions): Promise<void> {
  if ((await findImageId(host, reference, options)) === undefined) await host.runner.run(pullArgv(reference), options);
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
    if (savedAs === undefined) await host.runner.run(saveArgv(image.reference, partial), options);
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
  const theirs = await findImageId(host, savedAs, options);
  try {
    await host.runner.run(tagArgv(reference, savedAs), options);
    await host.runner.run(saveArgv(savedAs, file), options);
  } finally {
    const back = theirs === undefined ? removeArgv([savedAs]) : tagArgv(theirs, savedAs);
    await host.runner.run(back, { ...options, signal: undefined });
  }
}

export function imagesLog({ directories, clock }: Pick<Host, 'directories' | 'clock'>, verb: string): string {
  const time = new Date(clock.now()).toISOString().replaceAll(/[:.]/g, '-');
  return join(directories.state, 'logs', `images-${verb}-${time}.log`);
}
