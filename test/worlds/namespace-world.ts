import type { V1Pod } from '@kubernetes/client-node';
import { driverRights, listAsked, askedKey, rightKey } from '../../src/namespaces/driver-rights.js';
import { answerReviews } from '../fakes/access-review.js';
import { createFakeCluster } from '../fakes/fake-kube.js';
import { createFakeMachine, type FakeMachine } from '../fakes/fake-machine.js';
import type { Answer, Scripted } from '../fakes/fake-runner.js';

export interface FakeNamespace {
  ours: boolean;
  phase: 'Active' | 'Terminating';
  conditions: readonly { readonly type: string; readonly status: string; readonly message: string }[];
  /** As the template prints them: kind, name, finalizers, storage. */
  objects: string[];
}

export interface NamespaceWorld {
  readonly machine: FakeMachine;
  readonly namespaces: Map<string, FakeNamespace>;
  /** What the account may do, by verb and resource; a pod sees the same unless told otherwise. */
  readonly allowed: Set<string>;
  hasAccount: boolean;
  /** A role binding of view: the account may list services. */
  viewGranted: boolean;
  /** Instead of a pod that asks: the reason why it waits. */
  podWaits: string | undefined;
  /** A deletion ends only without finalizers. */
  annotation: string | undefined;
  /** Each kubectl call that changes something, without its pins, and what came on stdin. */
  readonly changes: readonly { readonly words: string; readonly input: string | undefined }[];
}

export const claim = 'PersistentVolumeClaim\tspark-events\tkubernetes.io/pvc-protection,\t2Gi';

/** The fake machine with a kubectl that knows namespaces. */
export async function createNamespaceWorld(): Promise<NamespaceWorld> {
  const cluster = createFakeCluster();
  const changes: { words: string; input: string | undefined }[] = [];
  const kubectl: Scripted = {
    argv: ['/usr/bin/kubectl'],
    answers: (argv, { input }) => {
      const words = argv.slice(1).filter((word) => !/^--(kubeconfig|context|request-timeout)=/.test(word));
      const [verb = ''] = words.filter((word) => !word.startsWith('--'));
      if (['apply', 'annotate', 'delete'].includes(verb)) changes.push({ words: words.join(' '), input });
      if (verb === 'apply' && input !== undefined) applyObject(world, cluster, input);
      if (verb === 'exec') return { stdout: askApi(world, words.slice(words.indexOf('ask') + 1)) };
      return play(world, words, input);
    },
  };
  const machine = await createFakeMachine({}, { programs: [kubectl], kube: () => Promise.resolve(cluster.kube) });
  const ours = (): FakeNamespace => ({ ours: true, phase: 'Active', conditions: [], objects: [claim] });
  const world: NamespaceWorld = {
    machine,
    namespaces: new Map([
      ['spark', ours()],
      ['team-a', ours()],
      ['theirs', { ...ours(), ours: false }],
    ]),
    allowed: new Set(driverRights.map(rightKey)),
    hasAccount: true,
    viewGranted: false,
    podWaits: undefined,
    annotation: undefined,
    changes,
  };
  return world;
}

function play(world: NamespaceWorld, words: readonly string[], input?: string): Answer | undefined {
  const { namespaces } = world;
  const inside = words.find((word) => word.startsWith('--namespace='))?.slice('--namespace='.length) ?? '';
  const [verb, kind, name = ''] = words.filter((word) => !word.startsWith('--'));
  if (verb === 'api-resources') return { stdout: 'configmaps\nevents\npersistentvolumeclaims\npods' };
  if (verb === 'get' && kind === 'configmap') {
    const annotations = world.annotation === undefined ? {} : { 'spark-dev/namespace': world.annotation };
    return {
      stdout: JSON.stringify({
        metadata: { annotations },
        data: { sparkImage: 'spark-dev/spark:1', sparkVersion: '4.3.0' },
      }),
    };
  }
  if (verb === 'get' && kind === 'namespace') return { stdout: showNamespace(name, namespaces.get(name)) };
  if (verb === 'get' && kind === 'namespaces') {
    const items = [...namespaces]
      .filter(([, one]) => one.ours)
      .map(([key, one]) => JSON.parse(showNamespace(key, one)) as unknown);
    return { stdout: JSON.stringify({ items }) };
  }
  if (verb === 'get' && kind === 'serviceaccount') return { stdout: world.hasAccount ? 'serviceaccount/spark' : '' };
  if (verb === 'get' && kind === 'rolebinding') return { stdout: world.viewGranted ? 'rolebinding/x' : '' };
  if (verb === 'get' && kind?.startsWith('deployments') === true) return { stdout: '{"items":[]}' };
  if (verb === 'get' && kind?.startsWith('deployment/') === true) return {};
  if (verb === 'get' && kind?.startsWith('configmaps,'))
    return { stdout: (namespaces.get(inside)?.objects ?? []).join('\n') };
  if (verb === 'create') return { stdout: answerReviews(input, (key) => world.allowed.has(key)) };
  if (verb === 'annotate') {
    const value = words.find((word) => word.startsWith('spark-dev/namespace'))?.split('=')[1];
    world.annotation = value;
    return {};
  }
  if (verb === 'delete' && kind === 'namespace') return deleteNamespace(world, name);
  if (verb === 'delete' && kind === 'rolebinding') world.viewGranted = false;
  if (verb === 'delete' && kind === 'rolebinding') return { stdout: 'rolebinding.rbac.authorization.k8s.io/x' };
  const isPod = kind === 'pod' || kind === 'clusterrolebinding';
  return verb === 'apply' || (verb === 'delete' && isPod) ? {} : undefined;
}

function deleteNamespace({ namespaces }: NamespaceWorld, name: string): Answer {
  const found = namespaces.get(name);
  if (found?.objects.some((line) => line.split('\t')[2]?.includes('example.org')) !== true) {
    namespaces.delete(name);
    return {};
  }
  found.phase = 'Terminating';
  found.conditions = [
    { type: 'NamespaceDeletionDiscoveryFailure', status: 'False', message: 'all right' },
    { type: 'NamespaceFinalizersRemaining', status: 'True', message: 'Some content has finalizers remaining' },
  ];
  return { exitCode: 1, stderr: 'error: timed out waiting for the condition on namespaces/team-a' };
}

function showNamespace(name: string, found: FakeNamespace | undefined): string {
  if (found === undefined) return '';
  const labels = found.ours ? { 'app.kubernetes.io/managed-by': 'spark-dev' } : {};
  return JSON.stringify({ metadata: { name, labels }, status: { phase: found.phase, conditions: found.conditions } });
}

function applyObject(world: NamespaceWorld, cluster: ReturnType<typeof createFakeCluster>, input: string): void {
  const object = JSON.parse(input) as V1Pod;
  if (object.kind === 'RoleBinding') world.viewGranted = true;
  if (object.kind !== 'Pod') return;
  const state =
    world.podWaits === undefined
      ? { running: {} }
      : { waiting: { reason: world.podWaits, message: 'Container image is not present' } };
  const containerStatuses = [{ name: 'check', image: '', imageID: '', ready: false, restartCount: 0, state }];
  cluster.putPod({ ...object, status: { containerStatuses } });
}

/** What ask_api.py prints; the pod sees what the API says. */
function askApi({ allowed, viewGranted }: NamespaceWorld, [what, path = '', who]: readonly string[]): string {
  if (what === 'status') {
    const may = who === 'account' && (path.endsWith('/pods') || viewGranted);
    return may ? '200' : '403';
  }
  const asked = listAsked('team-a', what === 'facts');
  const facts = what === 'facts' ? { namespace: 'team-a', anonymous: 403 } : {};
  const answers = asked.map((right) => [
    askedKey(right),
    right.expected ? allowed.has(rightKey(right)) : allowed.has('*'),
  ]);
  return JSON.stringify({ facts, allowed: Object.fromEntries(answers) as object, troubles: [] });
}
