import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { currentSparkImage } from '../../src/images/catalog.js';
import { claimFolders } from '../../src/config/own-folders.js';
import { createVolumeArgv } from '../../src/clusters/minikube/docker-things.js';
import { describeParts, type ClusterParts } from '../../src/clusters/prepare/parts.js';
import { inspectContainerArgv } from '../../src/clusters/node-container.js';
import { answerReviews } from './access-review.js';
import { FakeDocker } from './fake-docker.js';
import type { FakeObjects } from './fake-objects.js';
import { createFakeHost, type FakeHost, type FakeWorld } from './fake-host.js';
import {
  connectNode,
  createFakeNode,
  deleteNode,
  describeLimit,
  describeNode,
  nodePrograms,
  startNode,
  type FakeNode,
} from './fake-node.js';
import { arranged, arrangeNode, containerPrograms } from './fake-node-container.js';
import { listChanges } from './list-changes.js';
import type { Answer, Scripted } from './fake-runner.js';
import { place, writeAuthority, writePrivateKubeconfig } from './private-kubeconfig.js';
import { recorded } from './recorded.js';
import { clusterPaths } from '../../src/kube/names.js';
import { readHomeId } from '../../src/config/home-marker.js';

export { recorded };

export interface MachineState {
  docker: 'answers' | 'absent' | 'silent';
  profile: 'absent' | 'running' | 'stopped' | 'paused' | 'broken' | 'orphaned' | 'damaged';
  /** Of a damaged profile: whether its container runs. */
  nodeRuns: boolean;
  /** On the PATH or built. */
  hasMinikube: boolean;
  /** What kubectl finds of init's own objects. */
  objects: boolean;
  record: Record<string, string> | undefined;
  sparkImageInCluster: boolean;
  startFails: boolean;
  apiAnswers: boolean;
}

export interface FakeMachine {
  readonly host: FakeHost;
  readonly state: MachineState;
  readonly parts: ClusterParts;
  readonly node: FakeNode;
  readonly docker: FakeDocker;
  /** Calls that change something, each as one line without the folder of its program. */
  readonly changes: () => readonly string[];
}

const settled: MachineState = {
  docker: 'answers',
  profile: 'running',
  nodeRuns: true,
  hasMinikube: true,
  objects: true,
  record: undefined,
  sparkImageInCluster: true,
  startFails: false,
  apiAnswers: true,
};

/** A Debian machine on which every part of a cluster is built; what is up is up to `state`. Its programs answer what the real ones were recorded to answer. */
export async function createFakeMachine(
  request: Partial<MachineState> = {},
  world: FakeWorld & {
    readonly bare?: boolean; // nothing is built yet
    /** Shared with another home; then the state alone changes nothing in it, only the programs do. */
    readonly daemon?: FakeDocker;
    /** In the cluster. */
    readonly objects?: FakeObjects;
  } = {},
): Promise<FakeMachine> {
  const docker = world.daemon ?? new FakeDocker();
  const state = arranged({ ...settled, ...request }, (now) => {
    if (world.daemon === undefined) arrangeNode(docker, now, writeAuthority(host.directories));
  });
  const programs: Scripted[] = [...(world.programs ?? [])];
  const node = createFakeNode(state.profile !== 'absent' && state.profile !== 'orphaned');
  const host = createFakeHost({
    kube: () => connectNode(node, { ...state, isUp: state.profile === 'running' && state.apiAnswers }, world.objects),
    ...world,
    programs,
  });
  programs.push(...(world.objects?.programs(clusterPaths(host.directories).kubeconfig) ?? []));
  programs.push(...systemPrograms(state), ...minikubePrograms(host, state, node, docker), ...nodePrograms(host, node));
  const parts = await describeParts(host);
  programs.push(...dockerPrograms(state, parts, node, docker), ...kubectlPrograms(host, state, node));
  place(join(host.directories.system, 'usr/share/keyrings/debian-archive-keyring.gpg'), '');
  // our commands only write into folders that they marked
  if (world.bare !== true) await claimFolders(host.directories);
  if (world.bare !== true) placeParts(parts);
  if (world.bare !== true && !state.hasMinikube) rmSync(parts.tools.get('minikube')?.binaries['minikube'] ?? '');
  if (state.profile !== 'absent') {
    await claimFolders(host.directories, ['data']);
    if (world.daemon === undefined) {
      docker.create(createVolumeArgv((await readHomeId(host.directories)) ?? '', host.directories.data));
      arrangeNode(docker, state, writeAuthority(host.directories));
    }
    writePrivateKubeconfig(host);
    startNode(host, node);
  }
  return { host, state, parts, node, docker, changes: () => listChanges(host) };
}

function systemPrograms(state: MachineState): Scripted[] {
  const info = { ServerVersion: '20.10.24', DefaultRuntime: 'runc', NCPU: 4, MemTotal: 16 * 1024 ** 3 };
  return [
    { argv: ['apt-get'] },
    { argv: ['apt-config'] },
    { argv: ['mmdebstrap'] },
    { argv: ['dockerd'] },
    // pid files, which its machine has none of
    { argv: ['cat'], exitCode: 1 },
    { argv: ['rm', '-f'] },
    { argv: ['/usr/bin/dockerd'], does: () => void (state.docker = 'answers') },
    { argv: ['go'] },
    { argv: ['/usr/bin/go', 'env'], stdout: 'go1.26.8' },
    // a Docker without Docker Desktop
    { argv: ['docker', 'context', 'inspect', 'desktop-linux'], exitCode: 1 },
    { argv: ['docker', 'context', 'inspect'], exitCode: 1 },
    { argv: ['docker', 'desktop'], exitCode: 1 },
    {
      argv: ['docker', 'info'],
      get exitCode() {
        return state.docker === 'answers' ? 0 : 1;
      },
      get stdout() {
        return state.docker === 'answers' ? JSON.stringify(info) : '';
      },
      get hangs() {
        return state.docker === 'silent';
      },
    },
  ];
}

function minikubePrograms(host: FakeHost, state: MachineState, node: FakeNode, docker: FakeDocker): Scripted[] {
  const minikube = '/usr/bin/minikube';
  return [
    ...(state.hasMinikube ? [{ argv: ['minikube'] }] : []),
    { argv: [minikube, 'version'], stdout: '{"commit":"","minikubeVersion":"v1.38.1"}' },
    { argv: [minikube, 'config', 'defaults'], stdout: '* v1.34.4' },
    {
      argv: [minikube, 'status'],
      get stdout() {
        return recorded(`minikube/status-${state.profile}`).stdout;
      },
      get exitCode() {
        return recorded(`minikube/status-${state.profile}`).exitCode;
      },
    },
    {
      argv: [minikube, 'start'],
      get stdout() {
        return recorded(state.startFails ? 'minikube/start-no-such-image' : 'minikube/start-created').stdout;
      },
      get exitCode() {
        return state.startFails ? 48 : 0;
      },
      does: (argv) => {
        if (state.startFails) return;
        docker.start(writeAuthority(host.directories));
        state.profile = 'running';
        startNode(host, node, argv);
        writePrivateKubeconfig(host);
      },
    },
    { argv: [minikube, 'stop'], does: () => void (state.profile = 'stopped') },
    { argv: [minikube, 'unpause'], does: () => void (state.profile = 'running') },
    {
      argv: [minikube, 'delete'],
      does: () => {
        docker.delete();
        state.profile = 'absent';
        deleteNode(host, node);
      },
    },
    { argv: [minikube, 'docker-env'], stdout: recorded('minikube/docker-env-running').stdout },
    { argv: ['skaffold'] },
    { argv: ['/usr/bin/skaffold', 'version'], stdout: 'v2.16.1' },
    { argv: ['kubectl'] },
    { argv: ['/usr/bin/kubectl', 'version'], stdout: '{"clientVersion":{"gitVersion":"v1.34.4"}}' },
  ];
}

function dockerPrograms(state: MachineState, parts: ClusterParts, node: FakeNode, docker: FakeDocker): Scripted[] {
  return [
    ...[parts.spark.reference, currentSparkImage].map((reference) => ({
      argv: ['docker', 'image', 'inspect', '--format', '{{.Id}}', reference],
      answers: () => ({ exitCode: state.sparkImageInCluster ? 0 : 1, stdout: 'sha256:1' }),
    })),
    { argv: ['docker', 'tag'], matches: (argv) => argv.at(-1) === currentSparkImage },
    { argv: ['docker', 'image', 'inspect', '--format', '{{.Id}}'], stdout: 'sha256:2' },
    {
      argv: inspectContainerArgv,
      answers: () => ({
        exitCode: docker.containers.has('spark-dev') ? 0 : 1,
        stdout: `${docker.containers.get('spark-dev')?.state ?? ''} ${describeLimit(node)}`,
      }),
    },
    {
      argv: ['docker', 'inspect', '--format', '{{.HostConfig.NanoCpus}} {{.HostConfig.Memory}}', 'spark-dev'],
      answers: () => ({
        exitCode: docker.containers.has('spark-dev') ? 0 : 1,
        stdout: `${String(node.limit.cpus * 1e9)} ${String(node.limit.memoryMb * 1024 ** 2)}`,
      }),
    },
    ...docker.programs(),
    ...containerPrograms(docker, state),
    { argv: ['docker', 'run', '--rm', '--network', 'none', '--volume', 'spark-dev:/var', '--entrypoint', 'rm'] },
    { argv: ['docker', 'exec', 'spark-dev', 'nslookup'] },
    { argv: ['docker', 'load', '--input', parts.spark.tar], does: () => void (state.sparkImageInCluster = true) },
  ];
}

function kubectlPrograms(host: FakeHost, state: MachineState, node: FakeNode): Scripted[] {
  // a home that was moved has its kubeconfig next to where it was
  const folder = `--kubeconfig=${dirname(host.directories.data)}/`;
  return [
    {
      argv: ['/usr/bin/kubectl'],
      answers: ([, kubeconfig, context, ...words], { input }) => {
        if (kubeconfig?.startsWith(folder) !== true || context !== '--context=spark-dev') return undefined;
        return state.apiAnswers ? answerKubectl(state, node, words, input) : { exitCode: 1 };
      },
    },
  ];
}

function answerKubectl(
  state: MachineState,
  node: FakeNode,
  words: readonly string[],
  input = '{}',
): Answer | undefined {
  const line = words.filter((word) => !/^--(namespace|request-timeout)=/.test(word)).join(' ');
  // the account of a prepared namespace may do all that it is asked for
  if (line.startsWith('--as=system:serviceaccount:')) return { stdout: answerReviews(input) };
  if (line.startsWith('apply --server-side')) {
    state.record = (JSON.parse(input) as { data: Record<string, string> }).data;
    return {};
  }
  if (line.startsWith('apply --kustomize=')) {
    state.objects = true;
    return {};
  }
  if (line.startsWith('get configmap spark-dev'))
    return state.record === undefined ? { exitCode: 1 } : { stdout: JSON.stringify({ data: state.record }) };
  if (line.startsWith('get nodes')) return { stdout: JSON.stringify({ items: [describeNode(node)] }) };
  if (line.startsWith('get serviceaccount spark ')) return { stdout: state.objects ? 'serviceaccount/spark' : '' };
  // nothing else was made in this cluster, and its DNS is ready
  if (/^get (deployments\.apps|clusterroles|namespaces|persistentvolumeclaims),|^get pods /.test(line))
    return { stdout: '{"items":[]}' };
  return /^(get customresourcedefinitions|wait pods --selector=k8s-app=kube-dns)/.test(line) ? {} : undefined;
}

function placeParts(parts: ClusterParts): void {
  for (const tool of parts.tools.values())
    for (const path of Object.values(tool.binaries)) place(path, '#!/bin/true\n', 0o755);
  for (const image of [parts.root, parts.node, ...parts.controlPlane, parts.spark]) place(image.tar, '');
}
