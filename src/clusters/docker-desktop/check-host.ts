import { SparkDevError } from '../../errors/spark-dev-error.js';
import { parseCpuMilli, parseMemoryMb } from '../../kube/quantity.js';
import { addResources, showResources } from '../../kube/resources.js';
import { showCapacity, sparkMinimum, type HostCapacity } from '../../kube/size.js';
import type { PreparationStep } from '../prepare/desired.js';
import type { DesktopHost } from './observe-host.js';

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
