import { join } from 'node:path';
import type { ClusterObject } from '../../src/clean/cluster-object.js';
import { SparkDevError } from '../../src/errors/spark-dev-error.js';
import type { ListedObject } from '../../src/ports/kube.js';
import { createFakeCluster } from '../fakes/fake-kube.js';
import { answerReviews } from '../fakes/access-review.js';
import type { Answer } from '../fakes/fake-runner.js';
import { createFakeMachine, recorded, type FakeMachine, type MachineState } from '../fakes/fake-machine.js';
import { listInside } from '../fakes/fake-node.js';
import { fakeObject, listAs } from '../fakes/fake-objects.js';
import { place } from '../fakes/private-kubeconfig.js';

export interface DesktopState {
  server: string;
  /** What the context names as its cluster and user. */
  names: string;
  /** Docker Desktop's Kubernetes answers. */
  answers: boolean;
  /** kubectl's error when it does not. */
  silence: string;
  /** What its node runs pods with, and what it is called. */
  runtime: string;
  node: string;
  /** The daemon's word for its machine. */
  daemon: string;
  storage: 'hostpath' | 'standard';
  hasRights: boolean;
  record: Record<string, string> | undefined;
  /** Those with our label, with the home that each names. */
  namespaces: Record<string, FakeMark>;
  objects: readonly ClusterObject[];
}

/** Empty: made by a version that said nothing. */
export interface FakeMark {
  readonly home: string;
  readonly madeBy: string;
}

export interface DesktopWorld {
  readonly machine: FakeMachine;
  readonly desktop: DesktopState;
  /** What was asked of the context docker-desktop, without the pins. */
  readonly asked: () => readonly string[];
}

const usual: DesktopState = {
  server: 'https://127.0.0.1:6443',
  names: 'docker-desktop',
  answers: true,
  silence: 'dial tcp 127.0.0.1:6443: connect: connection refused',
  runtime: 'docker://28.5.1',
  node: 'docker-desktop',
  daemon: 'docker-desktop',
  storage: 'hostpath',
  hasRights: false,
  record: undefined,
  namespaces: {},
  objects: [],
};

/** The fake machine beside a Docker Desktop with Kubernetes: its context in the user's kubeconfig, its daemon the machine's. */
export async function createDesktopWorld(
  request: Partial<DesktopState> = {},
  state: Partial<MachineState> = { profile: 'absent', objects: false, sparkImageInCluster: false },
  world: Parameters<typeof createFakeMachine>[1] = {},
): Promise<DesktopWorld> {
  const desktop: DesktopState = { ...usual, ...request };
  const isDesktop = (argv: readonly string[]): boolean => argv.includes('--context=docker-desktop');
  const machine = await createFakeMachine(state, {
    kube: () => {
      if (!desktop.answers) return Promise.reject(new SparkDevError('CLUSTER_UNREACHABLE', desktop.silence));
      const list = (resource: string): readonly ListedObject[] => [
        ...listInside(resource, { ...desktop, objects: desktop.hasRights }),
        ...listAs(resource, listObjects(desktop)),
      ];
      return Promise.resolve(createFakeCluster({ list }).kube);
    },
    ...world,
    programs: [
      ...(world.programs ?? []),
      { argv: ['/usr/bin/kubectl'], matches: isDesktop, answers: (argv, { input }) => play(desktop, argv, input) },
      { argv: ['docker', 'info', '--format', '{{.Name}}'], stdout: desktop.daemon },
      { argv: ['docker', 'ps'] },
      { argv: ['docker', 'image', 'ls'] },
      { argv: ['docker', 'container', 'ls'] },
      { argv: ['docker', 'image', 'inspect'], matches: (argv) => argv[4] !== '{{.Id}}', exitCode: 1 },
    ],
  });
  const { names, server } = desktop;
  place(
    join(machine.host.directories.userHome, '.kube', 'config'),
    JSON.stringify({
      clusters: [{ name: names, cluster: { server, 'certificate-authority-data': 'AA==' } }],
      users: [{ name: names, user: { 'client-certificate-data': 'AA==', 'client-key-data': 'AA==' } }],
      contexts: [{ name: 'docker-desktop', context: { cluster: names, user: names } }],
    }),
  );
  const asked = (): readonly string[] =>
    machine.host.runner.calls.filter(({ argv }) => isDesktop(argv)).map(({ argv }) => wordsOf(argv).join(' '));
  return { machine, desktop, asked };
}

function wordsOf(argv: readonly string[]): readonly string[] {
  return argv.slice(1).filter((word) => !/^--(kubeconfig|context|request-timeout)=/.test(word));
}

function play(desktop: DesktopState, argv: readonly string[], input: string | undefined): Answer | undefined {
  if (!desktop.answers) return { exitCode: 1, stderr: desktop.silence };
  const words = wordsOf(argv);
  const [verb, kind, name = ''] = words.filter((word) => !word.startsWith('--'));
  if (argv.some((word) => word.startsWith('--as='))) return { stdout: answerReviews(input) };
  if (verb === 'create' && input !== undefined) return create(desktop, input);
  if (verb === 'delete' && kind === 'namespace') remove(desktop, words);
  if (verb === 'apply' && input === undefined) {
    desktop.hasRights = true;
    desktop.namespaces = { spark: { home: '', madeBy: '' }, ...desktop.namespaces };
  }
  if (verb === 'apply' && input !== undefined)
    desktop.record = (JSON.parse(input) as { data: Record<string, string> }).data;
  if (verb === 'apply' || verb === 'delete') return {};
  if (verb === 'wait') return {};
  if (verb === 'api-resources') return { stdout: 'configmaps\npods' };
  if (verb !== 'get') return undefined;
  if (kind === 'nodes') return { stdout: describeNodes(desktop) };
  if (kind === 'storageclasses') return { stdout: `storageclass.storage.k8s.io/${desktop.storage}` };
  if (kind === 'namespaces')
    return {
      stdout: JSON.stringify({ items: Object.keys(desktop.namespaces).map((one) => showNamespace(desktop, one)) }),
    };
  if (kind === 'namespace')
    return { stdout: name in desktop.namespaces ? JSON.stringify(showNamespace(desktop, name)) : '' };
  if (kind === 'configmap')
    return desktop.record === undefined
      ? { exitCode: 1, stderr: 'Error from server (NotFound): configmaps "spark-dev" not found' }
      : { stdout: JSON.stringify({ data: desktop.record }) };
  if (kind === 'serviceaccount') return { stdout: desktop.hasRights ? `serviceaccount/${name}` : '' };
  // nothing else is in a namespace
  if (kind?.startsWith('configmaps,') === true) return {};
  return undefined;
}

function create(desktop: DesktopState, input: string): Answer {
  const { metadata } = JSON.parse(input) as {
    metadata: { name: string; labels: Record<string, string>; annotations: Record<string, string> };
  };
  const { name, labels, annotations } = metadata;
  if (name in desktop.namespaces)
    return { exitCode: 1, stderr: `Error from server (AlreadyExists): namespaces "${name}" already exists` };
  const mark = { home: labels['spark-dev/home'] ?? '', madeBy: annotations['spark-dev/home-folder'] ?? '' };
  desktop.namespaces = { ...desktop.namespaces, [name]: mark };
  return { stdout: `namespace/${name}` };
}

function remove(desktop: DesktopState, words: readonly string[]): void {
  const selector = words.find((word) => word.startsWith('--selector='));
  const [, home, names = ''] =
    /^--selector=spark-dev\/home=(.*),kubernetes.io\/metadata.name in \((.*)\)$/.exec(selector ?? '') ?? [];
  const rest = Object.entries(desktop.namespaces).filter(
    ([name, mark]) => mark.home !== home || !names.split(',').includes(name),
  );
  desktop.namespaces = Object.fromEntries(rest);
}

function showNamespace({ namespaces }: DesktopState, name: string): object {
  const { home = '', madeBy = '' } = namespaces[name] ?? {};
  const said = home === '' ? {} : { 'spark-dev/home': home };
  return {
    metadata: {
      name,
      labels: { 'app.kubernetes.io/managed-by': 'spark-dev', ...said },
      annotations: madeBy === '' ? {} : { 'spark-dev/home-folder': madeBy },
    },
  };
}

function listObjects(desktop: DesktopState): readonly ClusterObject[] {
  const namespaces = Object.keys(desktop.namespaces).map((name) => {
    const { metadata } = showNamespace(desktop, name) as { metadata: { labels: Record<string, string> } };
    const { madeBy } = desktop.namespaces[name] ?? { madeBy: '' };
    return fakeObject('namespace', name, { namespace: '', labels: metadata.labels, madeBy });
  });
  return [...desktop.objects, ...namespaces];
}

function describeNodes({ node, runtime }: DesktopState): string {
  const list = JSON.parse(recorded('kubectl/get-nodes').stdout) as {
    items: [{ metadata: { name: string }; status: { nodeInfo: Record<string, string> } }];
  };
  const [item] = list.items;
  item.metadata.name = node;
  item.status.nodeInfo['containerRuntimeVersion'] = runtime;
  return JSON.stringify(list);
}
