import { readFile } from 'node:fs/promises';
import type { RecreationContext, RecreationTools } from './record.js';
import { compareClaims } from './claims.js';
import { compareImages } from './images.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { listQuestions, objectKey, type RawObject, describeRestored, parseObjectList, readObjects } from './objects.js';
import { getNodesArgv, parseNodes } from '../../kube/kubectl.js';
import { parseMemoryMb } from '../../kube/resources.js';
import { isContainer } from '../minikube/argv.js';

const answerWithinMs = 10_000;

/** A single error lists every difference. */
export async function compareAll(context: RecreationContext): Promise<string> {
  const differences = [
    ...(await compareClaims(context)),
    ...(await compareObjects(context)),
    ...(await compareImages(context)),
    ...(await compareSize(context)),
  ];
  if (differences.length === 0) return 'files, objects, images and size are correct';
  throw new SparkDevError('RESTORE_DIFFERS', 'The restored data does not match the saved data', {
    why: differences.join('\n'),
    fix: ['Restore it again: spark-dev init --yes', `The saved data is kept in ${context.folder.root}`],
    facts: { differences },
  });
}

async function compareObjects(context: RecreationContext): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const { argv } of listQuestions(context, context.plan.namespaces))
    for (const object of await readObjects(context.host, argv, context.options)) found.add(objectKey(object));
  const missing = (await readRestored(context)).map(objectKey).filter((name) => !found.has(name));
  return missing.map((name) => `missing: ${name}`);
}

/** The container's limit counts; the node must not offer more. */
async function compareSize({ plan: { size }, kubectl, cluster, run }: RecreationContext): Promise<readonly string[]> {
  const answer = await run(getNodesArgv(kubectl, answerWithinMs));
  const promisedMb = parseMemoryMb(parseNodes(answer.stdout)[0]?.allocatableMemory ?? '0');
  const tooMuch =
    promisedMb > size.memoryMb ? [`the node offers ${String(promisedMb)} MB instead of ${String(size.memoryMb)}`] : [];
  if (!isContainer(cluster)) return tooMuch;
  const format = '{{.HostConfig.NanoCpus}} {{.HostConfig.Memory}}';
  const { stdout } = await run([cluster.driver, 'inspect', '--format', format, cluster.profile]);
  const [nanoCpus = 0, bytes = 0] = stdout.split(' ').map(Number);
  const [cpus, memoryMb] = [nanoCpus / 1e9, bytes / 1024 ** 2];
  if (cpus === size.cpus && memoryMb === size.memoryMb) return tooMuch;
  return [...tooMuch, `the container has ${String(cpus)} CPUs and ${String(memoryMb)} MB`];
}

/** All saved objects to restore, including Secrets. */
export async function readRestored(tools: RecreationTools): Promise<readonly RawObject[]> {
  const { namespaces } = tools.plan;
  const texts = await Promise.all(listQuestions(tools, namespaces).map(({ file }) => readFile(file, 'utf8')));
  return describeRestored(texts.flatMap(parseObjectList), namespaces);
}
