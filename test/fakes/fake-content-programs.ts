import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { objectKey, parseObjectList, type RawObject } from '../../src/clusters/recreate/objects.js';
import type { Argv, RunOptions } from '../../src/ports/runner.js';
import { recorded, type FakeMachine } from './fake-machine.js';
import type { Answer, Scripted } from './fake-runner.js';

/** What is inside the fake machine's cluster: it goes with `minikube delete`, as in life. */
export interface ClusterContent {
  readonly objects: Map<string, RawObject>;
  /** Files by directory of the node. */
  readonly volumes: Map<string, string>;
  /** Ids by reference. */
  readonly images: Map<string, string>;
  cpus: number;
  memoryMb: number;
  /** What `du` says of each claim. */
  claimBytes: number;
  /** What is written wrongly. */
  spoils: 'nothing' | 'archives' | 'volumes';
  /** Its first start was cut short: minikube takes it for a whole one, and its DNS never comes. */
  isHalfMade: boolean;
}

/** The machine, as soon as it is made: its programs are scripted before. */
export type Where = () => FakeMachine;

export function minikubePrograms(at: Where, content: ClusterContent): Scripted[] {
  const minikube = '/usr/bin/minikube';
  return [
    {
      argv: [minikube, 'delete'],
      does: () => {
        for (const things of [content.objects, content.volumes, content.images]) things.clear();
        at().state.profile = 'absent';
        content.isHalfMade = false;
        at().state.record = undefined;
        at().state.objects = false;
        at().state.sparkImageInCluster = false;
      },
    },
    {
      argv: [minikube, 'start'],
      stdout: recorded('minikube/start-created').stdout,
      does: (argv) => {
        const flag = (name: string): string | undefined =>
          argv.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);
        if (at().state.profile === 'absent') {
          content.cpus = Number(flag('cpus'));
          content.memoryMb = Number.parseInt(flag('memory') ?? '');
          for (const name of ['default', 'kube-system'])
            add(content, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
        }
        at().state.profile = 'running';
        writeConfig(at(), content);
      },
    },
    { argv: [minikube, 'addons'] },
  ];
}

export function kubectlPrograms(at: Where, content: ClusterContent): Scripted[] {
  const list = (items: readonly RawObject[]): Answer => ({ stdout: JSON.stringify({ kind: 'List', items }) });
  const answer = (argv: Argv, options: RunOptions): Answer | undefined => {
    const words = argv.slice(3).filter((word) => !word.startsWith('--request-timeout'));
    const namespace = words.find((word) => word.startsWith('--namespace='))?.slice('--namespace='.length);
    const [verb = '', what = ''] = words.filter((word) => !word.startsWith('--'));
    const all = [...content.objects.values(), ...podsOf(content)];
    const found = content.objects.get(what.replace('/', `/${namespace ?? ''}/`));
    switch (verb) {
      case 'get':
        if (what === 'customresourcedefinitions') return { stdout: '' };
        if (what === 'nodes') return { stdout: nodeOf(content) };
        if (what === 'secrets')
          return list(all.filter(({ kind, metadata }) => kind === 'Secret' && metadata.namespace === namespace));
        if (what.startsWith('clusterroles')) return list([]);
        if (what === 'pods') return list(all.filter(({ kind }) => kind === 'Pod'));
        if (!/^(namespaces|persistentvolumeclaims),/.test(what)) return undefined;
        return list(all.filter(({ kind }) => kind !== 'Secret'));
      case 'scale':
        if (found === undefined) return { exitCode: 1, stderr: `${what} not found` };
        add(content, { ...found, spec: { ...found.spec, replicas: Number(words.at(-1)?.split('=')[1]) } });
        return {};
      case 'patch': {
        if (found === undefined) return { exitCode: 1, stderr: `${what} not found` };
        const patch = JSON.parse(words.at(-1)?.slice('--patch='.length) ?? '') as { spec: Record<string, unknown> };
        add(content, { ...found, spec: { ...found.spec, ...patch.spec } });
        return {};
      }
      case 'delete':
        content.objects.delete(what.replace('/', `/${namespace ?? ''}/`));
        return {};
      case 'apply':
        if (options.input !== undefined) applyAll(at(), content, options.input);
        else {
          at().state.objects = true;
          for (const object of parseObjectList(recorded('kubectl/get-objects').stdout))
            if (object.kind !== 'ConfigMap') applyOne(content, { ...object, spec: object.spec });
          applyOne(content, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'spark' } });
        }
        return {};
      default:
        return undefined;
    }
  };
  // what init asks and says is answered by the machine itself
  const isManaged = (argv: Argv): boolean =>
    argv[1] !== 'version' && !argv.some((word) => word.startsWith('serviceaccount/') || word === 'configmap');
  return [{ argv: ['/usr/bin/kubectl'], matches: isManaged, answers: answer }];
}

export function dockerPrograms(content: ClusterContent): Scripted[] {
  const exec = ['docker', 'exec', '--interactive', 'spark-dev'];
  const directory = (argv: Argv): string =>
    argv.find((word) => word.startsWith('--directory='))?.slice('--directory='.length) ?? '';
  const input = ({ stdinFile = '' }: RunOptions): string => readFileSync(stdinFile, 'utf8');
  return [
    { argv: ['docker', 'exec', 'spark-dev', 'nslookup'], answers: () => ({ exitCode: content.isHalfMade ? 1 : 0 }) },
    {
      argv: [...exec, 'du'],
      answers: (argv) => ({
        stdout: argv
          .slice(7)
          .map((path) => `${String(content.claimBytes)}\t${path}`)
          .join('\n'),
      }),
    },
    {
      argv: [...exec, 'tar', '--create'],
      answers: (argv) => ({
        stdout: content.spoils === 'archives' ? 'half' : (content.volumes.get(directory(argv)) ?? ''),
      }),
    },
    {
      argv: [...exec, 'tar', '--extract'],
      does: (argv, options) =>
        void content.volumes.set(directory(argv), content.spoils === 'volumes' ? 'other' : input(options)),
    },
    {
      argv: [...exec, 'tar', '--compare'],
      answers: (argv, options) =>
        content.volumes.get(directory(argv)) === input(options)
          ? {}
          : { exitCode: 1, stdout: './kept.txt: Contents differ' },
    },
    { argv: ['docker', 'image', 'ls'], answers: () => ({ stdout: [...content.images.values()].join('\n') }) },
    {
      argv: ['docker', 'image', 'inspect', '--format', '{{.Id}}', 'spark-dev-app:one'],
      answers: () => ({ exitCode: content.images.has('spark-dev-app:one') ? 0 : 1 }),
    },
    {
      argv: ['docker', 'image', 'inspect', 'sha256:app'],
      answers: () => ({
        stdout: JSON.stringify(
          [...content.images].map(([reference, id]) => ({
            Id: id,
            RepoTags: [reference],
            RepoDigests: [],
            Size: 1000,
            Config: { Labels: { 'io.spark-dev.recipe': 'one' } },
            RootFS: { Layers: ['sha256:layer'] },
          })),
        ),
      }),
    },
    {
      argv: ['docker', 'save'],
      does: (argv) => {
        writeFileSync(argv[3] ?? '', JSON.stringify([...content.images]));
      },
    },
    {
      argv: ['docker', 'load'],
      does: (argv) => {
        const tar = argv[3] ?? '';
        if (!tar.endsWith('recreate/images.tar')) return;
        for (const [reference, id] of JSON.parse(readFileSync(tar, 'utf8')) as [string, string][])
          content.images.set(reference, id);
      },
    },
    {
      argv: ['docker', 'inspect'],
      answers: () => ({ stdout: `${String(content.cpus * 1e9)} ${String(content.memoryMb * 1024 ** 2)}` }),
    },
  ];
}

function nodeOf({ memoryMb }: ClusterContent): string {
  return recorded('kubectl/get-nodes').stdout.replaceAll(
    /"memory": "\d+Ki"/g,
    `"memory": "${String(memoryMb * 1024)}Ki"`,
  );
}

function podsOf({ objects }: ClusterContent): readonly RawObject[] {
  return [...objects.values()]
    .filter(({ kind }) => kind === 'Deployment')
    .flatMap(({ metadata, spec }) =>
      Array.from({ length: Number(spec?.['replicas'] ?? 1) }, (_, index): RawObject => ({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: {
          name: `${metadata.name}-${String(index)}`,
          namespace: metadata.namespace,
          ownerReferences: [{ kind: 'ReplicaSet', name: metadata.name }],
        },
        status: { phase: 'Running' },
      })),
    );
}

function applyAll(machine: FakeMachine, content: ClusterContent, input: string): void {
  const read = JSON.parse(input) as { kind: string; items?: RawObject[]; data?: Record<string, string> };
  if (read.kind === 'ConfigMap') machine.state.record = read.data;
  for (const object of read.items ?? []) applyOne(content, object);
}

/** The provisioner gives each new claim a volume of its own. */
function applyOne(content: ClusterContent, object: RawObject): void {
  const before = content.objects.get(objectKey(object));
  if (object.kind !== 'PersistentVolumeClaim') {
    add(content, object);
    return;
  }
  if (before !== undefined) return;
  const { name, namespace = '' } = object.metadata;
  const volumeName = `new-${name}`;
  const path = `/tmp/hostpath-provisioner/${namespace}/${name}`;
  add(content, { ...object, spec: { ...object.spec, volumeName } });
  add(content, {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: volumeName },
    spec: { hostPath: { path } },
  });
  content.volumes.set(path, '');
}

function add({ objects }: ClusterContent, object: RawObject): void {
  objects.set(objectKey(object), object);
}

export function pathOf(volume: RawObject): string {
  return (volume.spec?.['hostPath'] as { path: string }).path;
}

export function writeConfig({ host }: FakeMachine, { cpus, memoryMb }: ClusterContent): void {
  const path = join(host.directories.data, 'minikube/.minikube/profiles/spark-dev/config.json');
  if (!existsSync(dirname(path))) mkdirSync(dirname(path), { recursive: true });
  const made = JSON.parse(recorded('minikube/config-json').stdout) as object;
  const config = { ...made, CPUs: cpus, Memory: memoryMb, Addons: { 'metrics-server': true } };
  writeFileSync(path, JSON.stringify(config));
}
