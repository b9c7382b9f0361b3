import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import { askKubectl, getNodesArgv, kubectl, parseNodes, type NodeFigures } from '../../kube/kubectl.js';
import type { HostPrograms } from '../programs.js';
import { answered } from '../observed-size.js';
import { accessDesktop } from './access.js';
import { findDesktopContext, type DesktopContext } from './find-context.js';
import { capitalise } from '../../text/words.js';
import { observeDesktop } from './machine.js';

/** What init stands on: all of it is Docker Desktop's. */
export interface DesktopHost {
  /** Where it would be, while Kubernetes is not enabled. */
  readonly context: DesktopContext;
  /** Why there is no context; undefined where there is one. */
  readonly absent: string | undefined;
  /** What its settings say; undefined where none can be read. */
  readonly isEnabled: boolean | undefined;
  /** Empty where Kubernetes does not answer. */
  readonly nodes: readonly NodeFigures[];
  /** What the daemon calls its machine, and Kubernetes its node; undefined where it does not answer. */
  readonly daemonName: string | undefined;
  /** Whether minikube's storage class is there too, by its name; kind has one, Docker Desktop's own is called hostpath. */
  readonly hasStandardStorage: boolean;
}

const answerWithinMs = 10_000;

/** Throws CONTEXT_REFUSED where something else has the name of Docker Desktop's context. */
export async function observeGround(host: Host, programs: HostPrograms, signal: AbortSignal): Promise<DesktopHost> {
  const [answer, desktop] = await Promise.all([
    findDesktopContext(host, signal),
    answered(signal, observeDesktop(host, signal)),
  ]);
  if ('foreign' in answer) throw foreignContext(answer.foreign);
  const isEnabled = desktop?.settings?.size.kubernetes;
  if ('absent' in answer) return { ...nothing, absent: answer.absent, isEnabled };
  const access = await accessDesktop(host, programs, answer.found, signal);
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
    context: answer.found,
    absent: undefined,
    isEnabled,
    nodes: nodes === undefined ? [] : parseNodes(nodes),
    daemonName: name?.stdout.trim(),
    hasStandardStorage: (classes ?? '').split('\n').some((line) => line.endsWith('/standard')),
  };
}

const nothing = {
  context: { kubeconfig: '~/.kube/config', server: 'https://127.0.0.1:6443' },
  nodes: [],
  daemonName: undefined,
  hasStandardStorage: false,
};

function foreignContext(why: string): SparkDevError {
  return new SparkDevError('CONTEXT_REFUSED', 'The context docker-desktop is not Docker Desktop on this machine', {
    why: `${capitalise(why)}. Nothing was asked of it.`,
    fix: ['spark-dev cluster list', 'spark-dev init --provider minikube'],
  });
}
