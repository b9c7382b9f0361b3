import { SparkDevError } from '../../errors/spark-dev-error.js';
import { imageIdArgv } from '../../images/docker-argv.js';
import { ensureLoaded } from '../../images/image-store.js';
import { imagesLog } from '../../images/images-log.js';
import type { Host } from '../../ports/host.js';
import { describeParts } from '../prepare/parts.js';
import { resolveSource } from '../prepare/source.js';
import { isFile } from '../../files/paths.js';

/** The Spark image by the name that applications are built upon. */
export async function nameBaseImage(
  host: Host,
  signal: AbortSignal,
): Promise<{ readonly reference: string; readonly tar: string }> {
  return (await describeParts(host, signal, await resolveSource(host))).spark;
}

/** The Spark image in this machine's Docker, where images for a shared cluster are built; from the file that init keeps. */
export async function ensureBaseImage(host: Host, signal: AbortSignal): Promise<void> {
  const image = await nameBaseImage(host, signal);
  const isHere = await host.runner.run(imageIdArgv(image.reference), { accept: [1], signal, timeoutMs: 15_000 });
  if (isHere.exitCode === 0) return;
  if (!(await isFile(image.tar))) {
    throw new SparkDevError('IMAGE_MISSING', `The Spark image ${image.reference} is not on this machine`, {
      fix: ['spark-dev images build', 'spark-dev init --yes'],
      facts: { image: image.reference },
    });
  }
  await ensureLoaded(host, image, { logFile: imagesLog(host, 'base'), signal });
}
