import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import { askKubectl, getNodesArgv, kubectl, parseNodes, type NodeFigures } from '../../kube/kubectl.js';
import type { HostPrograms } from '../programs.js';
import { answered } from '../observed-size.js';
import { accessDesktop } from './access.js';
import { findDesktopContext, type DesktopContext } from './find-context.js';
import { capitalise } from '../../text/words.js';
import { readDesktopFiles } from './machine.js';

/** What init finds on the host; Docker Desktop provides all of it. */
export interface DesktopHost {
  /** The expected location while Kubernetes is not enabled. */
  readonly context: DesktopContext;
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
): Promise<DesktopHost> {
  const [answer, files] = await Promise.all([
    findDesktopContext(host, signal),
    answered(signal, readDesktopFiles(host, signal)),
  ]);
  if ('foreign' in answer) throw foreignContext(answer.foreign);
  const isEnabled = files?.settings?.size.kubernetes;
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
  return new SparkDevError('CONTEXT_REFUSED', "The context docker-desktop is not this machine's Docker Desktop", {
    why: `${capitalise(why)}. spark-dev did not contact it.`,
    fix: ['spark-dev cluster list', 'spark-dev init --provider minikube'],
  });
}
