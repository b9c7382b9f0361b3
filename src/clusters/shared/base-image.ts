import { SparkDevError } from '../../errors/spark-dev-error.js';
import { ensureLoaded, imagesLog } from '../../images/image-store.js';
import { findImageId } from '../../images/observed-image.js';
import type { Host } from '../../ports/host.js';
import { describeParts } from '../prepare/parts.js';
import { resolveSource } from '../prepare/source.js';
import { isFile } from '../../files/paths.js';

/** The Spark image that applications are built on. */
export async function nameBaseImage(
  host: Host,
  signal: AbortSignal,
): Promise<{ readonly reference: string; readonly tar: string }> {
  return (await describeParts(host, signal, await resolveSource(host))).spark;
}

/** Loads the Spark image from init's file into this machine's Docker, which builds images for a shared cluster. */
export async function ensureBaseImage(host: Host, signal: AbortSignal): Promise<void> {
  const image = await nameBaseImage(host, signal);
  if ((await findImageId(host, image.reference, { signal, timeoutMs: 15_000 })) !== undefined) return;
  if (!(await isFile(image.tar))) {
    throw new SparkDevError('IMAGE_MISSING', `The Spark image ${image.reference} is not on this machine`, {
      fix: ['spark-dev images build', 'spark-dev init --yes'],
      facts: { image: image.reference },
    });
  }
  await ensureLoaded(host, image, { logFile: imagesLog(host, 'base'), signal });
}
