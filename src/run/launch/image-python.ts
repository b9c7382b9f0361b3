import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findImageId } from '../../images/observed-image.js';
import { describePython, readPythonTarget, type PythonTarget } from '../../job/packages/python-packages.js';
import type { NamespaceSession } from '../../namespaces/session.js';
import { writeWhole } from '../../toolchain/half-made.js';

const answerWithinMs = 60_000;

/** The Python 3 of an image in the cluster, which is asked once. */
export async function findImagePython(
  { host, cluster, signal }: NamespaceSession,
  image: string,
): Promise<PythonTarget> {
  const options = {
    env: { ...cluster.childEnv, ...(await cluster.dockerEnv(host, signal)) },
    signal,
    timeoutMs: answerWithinMs,
  };
  const id = (await findImageId(host, image, options)) ?? image;
  const known = join(host.directories.cache, 'image-python', id.replace(/^sha256:/, ''));
  const answer = await readFile(known, 'utf8').catch(() => undefined);
  if (answer !== undefined) return readPythonTarget(answer);
  const run = ['docker', 'run', '--rm', '--pull=never', '--network=none', '--entrypoint=python3', id];
  const { stdout } = await host.runner.run([...run, '-c', describePython], options);
  await writeWhole(known, stdout);
  return readPythonTarget(stdout);
}
