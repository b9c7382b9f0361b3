import { SparkDevError } from '../../errors/spark-dev-error.js';
import { imageIdArgv } from '../../images/docker-argv.js';
import { getNodesArgv, parseNodes } from '../../kube/kubectl.js';
import { readDockerEnv } from '../minikube/provider.js';
import { parseMemoryMb } from '../../kube/quantity.js';
import { compareArgv, getEverythingArgv, getOwnRightsArgv, getSecretsArgv, inspectLimitArgv } from './argv.js';
import { nameOf, parseObjectList } from './objects.js';
import { readLong } from './observe.js';
import { awaitClaims, readRestored } from './restore.js';
import { optionsOf, type RecreationContext } from './context.js';

const answerWithinMs = 10_000;

/** Looks in the new cluster for all that was saved; the one error names everything that differs. */
export async function verifyRestored(shop: RecreationContext): Promise<string> {
  const differences = [
    ...(await compareFiles(shop)),
    ...(await compareObjects(shop)),
    ...(await compareImages(shop)),
    ...(await compareSize(shop)),
  ];
  if (differences.length === 0) return 'files, objects, images and size as they should be';
  throw new SparkDevError('RESTORE_DIFFERS', 'The new cluster is not what was saved', {
    why: differences.join('\n'),
    fix: ['Put it back once more: spark-dev init --yes', `What was saved is kept in ${shop.folder.root}`],
    facts: { differences },
  });
}

async function compareFiles(shop: RecreationContext): Promise<readonly string[]> {
  const { host, plan, folder, node } = shop;
  const paths = await awaitClaims(shop);
  const differences: string[] = [];
  for (const [index, claim] of plan.claims.entries()) {
    const argv = compareArgv(node, paths[index] ?? '');
    const options = { ...optionsOf(shop), stdinFile: folder.claim(claim), accept: [1] };
    const { exitCode, stdout } = await host.runner.run(argv, options);
    if (exitCode !== 0) differences.push(`files of ${claim.namespace}/${claim.name}: ${stdout.slice(0, 500)}`);
  }
  return differences;
}

async function compareObjects(shop: RecreationContext): Promise<readonly string[]> {
  const { host, plan, session } = shop;
  const { kubectl } = session;
  const questions = [
    getEverythingArgv(kubectl),
    getOwnRightsArgv(kubectl),
    ...plan.namespaces.map((namespace) => getSecretsArgv(kubectl, namespace)),
  ];
  const found = new Set<string>();
  for (const question of questions) {
    for (const object of parseObjectList(await readLong(host, session, question, optionsOf(shop)))) {
      found.add(nameOf(object));
    }
  }
  const missing = (await readRestored(shop)).map(nameOf).filter((name) => !found.has(name));
  return missing.map((name) => `missing: ${name}`);
}

async function compareImages(shop: RecreationContext): Promise<readonly string[]> {
  const { host, plan, session } = shop;
  if (plan.images.length === 0) return [];
  const env = await readDockerEnv(host, session.cluster, optionsOf(shop));
  const missing: string[] = [];
  for (const image of plan.images) {
    const { exitCode } = await host.runner.run(imageIdArgv(image), { ...optionsOf(shop), env, accept: [1] });
    if (exitCode !== 0) missing.push(`missing: image ${image}`);
  }
  return missing;
}

/** The container's limit is what counts for a container; the node must not promise more. */
async function compareSize(shop: RecreationContext): Promise<readonly string[]> {
  const { host, plan, node, session } = shop;
  const wanted = plan.size;
  const answer = await host.runner.run(getNodesArgv(session.kubectl, answerWithinMs), optionsOf(shop));
  const promisedMb = parseMemoryMb(parseNodes(answer.stdout)[0]?.allocatableMemory ?? '0');
  const tooMuch =
    promisedMb > wanted.memoryMb
      ? [`the node promises ${String(promisedMb)} MB, and it was to have ${String(wanted.memoryMb)}`]
      : [];
  if (node.driver !== 'docker' && node.driver !== 'podman') return tooMuch;
  const { stdout } = await host.runner.run(inspectLimitArgv(node), optionsOf(shop));
  const [cpus = 0, memoryMb = 0] = stdout
    .split(' ')
    .map((figure, index) => Number(figure) / (index === 0 ? 1e9 : 1024 ** 2));
  if (cpus === wanted.cpus && memoryMb === wanted.memoryMb) return tooMuch;
  return [...tooMuch, `the container has ${String(cpus)} CPUs and ${String(memoryMb)} MB`];
}
