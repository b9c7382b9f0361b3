import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import { askKubectl, getNodesArgv, kubectl, parseNodes, type NodeFigures } from '../../kube/kubectl.js';
import type { ClusterAccess } from '../capabilities.js';
import type { HostPrograms } from '../programs.js';
import { answered } from '../observed-size.js';
import { accessDesktop } from './access.js';
import { findDesktopContext } from './find-context.js';
import { capitalise } from '../../text/words.js';
import { readDesktopFiles } from './machine.js';
import { addResources, showResources, parseCpuMilli, parseMemoryMb } from '../../kube/resources.js';
import { showCapacity, sparkMinimum, type HostCapacity } from '../../kube/size.js';
import type { PreparationStep } from '../prepare/desired.js';

/** What init finds on the host; Docker Desktop provides all of it. */
export interface DesktopHost {
  /** Why there is no context; undefined if there is one. */
  readonly absent: string | undefined;
  /** Undefined if the settings cannot be read. */
  readonly isEnabled: boolean | undefined;
  /** Empty if Kubernetes does not answer. */
  readonly nodes: readonly NodeFigures[];
  /** The daemon's name for its machine, which is also the node's name; undefined if it does not answer. */
  readonly daemonName: string | undefined;
  /** Whether a storage class `standard` exists, as in minikube and kind; Docker Desktop's own is called hostpath. */
  readonly hasStandardStorage: boolean;
}

const answerWithinMs = 10_000;

/** Throws CONTEXT_REFUSED if the context of that name is not Docker Desktop's. */
export async function observeDesktopHost(
  host: Host,
  programs: HostPrograms,
  signal: AbortSignal,
): Promise<DesktopHost & { readonly access: ClusterAccess }> {
  const [answer, files] = await Promise.all([
    findDesktopContext(host, signal),
    answered(signal, readDesktopFiles(host, signal)),
  ]);
  const isThere = 'found' in answer;
  if (!isThere && answer.state === 'foreign') throw foreignContext(answer.why);
  const isEnabled = files?.settings?.size.kubernetes;
  const context = isThere ? answer.found : expectedContext;
  const access = await accessDesktop(host, programs, context, signal);
  if (!isThere) return { ...nothing, access, absent: answer.why, isEnabled };
  const session = { host, cluster: access, signal };
  const options = { timeoutMs: answerWithinMs };
  const listClasses = kubectl(access).get('storageclasses', '--output=name', '--request-timeout=5s');
  const [nodes, classes, name] = await Promise.all([
    answered(signal, askKubectl(session, getNodesArgv(access, answerWithinMs / 2), options)),
    answered(signal, askKubectl(session, listClasses, options)),
    answered(
      signal,
      host.runner.run(['docker', 'info', '--format', '{{.Name}}'], { env: access.childEnv, signal, ...options }),
    ),
  ]);
  return {
    access,
    absent: undefined,
    isEnabled,
    nodes: nodes === undefined ? [] : parseNodes(nodes),
    daemonName: name?.stdout.trim(),
    hasStandardStorage: (classes ?? '').split('\n').some((line) => line.endsWith('/standard')),
  };
}

/** While Kubernetes is not enabled. */
const expectedContext = { kubeconfig: '~/.kube/config', server: 'https://127.0.0.1:6443' };

const nothing = { nodes: [], daemonName: undefined, hasStandardStorage: false };

function foreignContext(why: string): SparkDevError {
  return new SparkDevError('CONTEXT_REFUSED', "The context docker-desktop is not this machine's Docker Desktop", {
    why: `${capitalise(why)}. spark-dev did not contact it.`,
    fix: ['spark-dev cluster list', 'spark-dev init --provider minikube'],
  });
}

/** Steps that only the user can do; all later steps wait for them. */
export function asksOf({ absent, isEnabled, nodes }: DesktopHost, engineAnswers: boolean): readonly PreparationStep[] {
  if (!engineAnswers) return [ask('engine', 'start Docker Desktop (docker desktop start)', 'no Docker daemon answers')];
  if (nodes.some(({ ready }) => ready)) return [];
  if (isEnabled === true)
    return [
      ask(
        'kubernetes',
        'wait until Docker Desktop shows Kubernetes as running; if it never does: Settings → Kubernetes → Reset Kubernetes Cluster',
        absent ?? (nodes.length > 0 ? 'its node is not ready' : 'it is enabled but does not answer yet'),
      ),
    ];
  const enable = 'enable Kubernetes in Docker Desktop: Settings → Kubernetes → Enable Kubernetes → Apply & restart';
  return [ask('kubernetes', enable, absent ?? 'it does not answer')];
}

function ask(what: string, title: string, why: string): PreparationStep {
  return { id: `ask:${what}`, title: `You: ${title}`, why, commands: [], needs: [], work: { kind: 'ask' } };
}

/** Pods cannot find an image that was built in another daemon. */
export function refuseOtherDaemon({ nodes, daemonName }: DesktopHost): void {
  const onDocker = nodes.filter(({ runtime }) => runtime.startsWith('docker://'));
  if (daemonName === undefined || onDocker.length === 0) return;
  if (onDocker.some(({ name }) => name === daemonName.toLowerCase())) return;
  throw new SparkDevError(
    'PREREQUISITE_MISSING',
    "The active Docker daemon is not the one that runs Docker Desktop's Kubernetes",
    {
      why: `The daemon's machine is ${daemonName}; the Kubernetes node is ${onDocker.map(({ name }) => name).join(', ')}.`,
      fix: ['unset DOCKER_HOST DOCKER_CONTEXT', 'docker context use desktop-linux', 'docker context ls'],
    },
  );
}

export function warnOf({ nodes }: DesktopHost, request: Partial<HostCapacity>): readonly string[] {
  const room = addResources(
    ...nodes.map((node) => ({
      cpuMilli: parseCpuMilli(node.allocatableCpu),
      memoryMb: parseMemoryMb(node.allocatableMemory),
    })),
  );
  const isSmall = room.cpuMilli < sparkMinimum.cpus * 1000 || room.memoryMb < sparkMinimum.memoryMb;
  const resize = 'spark-dev cluster resize --provider docker-desktop';
  return [
    ...(nodes.length > 0 && isSmall
      ? [
          `Spark asks for ${showCapacity(sparkMinimum)}; Docker Desktop's Kubernetes has ${showResources(room)}, so keep jobs small, or: ${resize}`,
        ]
      : []),
    ...(Object.keys(request).length === 0 ? [] : [`init does not change the size of Docker Desktop; use ${resize}`]),
    ...(nodes.some(({ runtime }) => runtime.startsWith('containerd://'))
      ? [
          'Docker Desktop runs this Kubernetes with kind: pods find images from its Docker only with Settings → General → Use containerd for pulling and storing images',
        ]
      : []),
  ];
}
