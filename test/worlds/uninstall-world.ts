import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { claimFolders } from '../../src/config/own-folders.js';
import { createFakeMachine, type FakeMachine, type MachineState } from '../fakes/fake-machine.js';
import type { Scripted } from '../fakes/fake-runner.js';
import { call, type Call } from './call.js';

export const theirKubeconfig = `# mine
apiVersion: v1
kind: Config
current-context: prod
clusters:
  - name: spark-dev-other
    cluster: { server: https://10.0.0.1 }
contexts:
  - name: spark-dev-other
    context: { cluster: spark-dev-other, user: me }
users: []
`;

/** Images in Docker: tags with the recipe that their label names. */
export interface DockerWorld {
  tags: Record<string, string | undefined>;
}

export interface World {
  readonly machine: FakeMachine;
  readonly docker: DockerWorld;
  readonly kubeconfig: string;
  /** The tag of an image that this home built. */
  readonly node: string;
}

export const aptHistory = `Start-Date: 2026-11-21  14:22:40
Commandline: apt-get -o DPkg::Lock::Timeout=180 install -y --no-install-recommends mmdebstrap
End-Date: 2026-11-21  14:23:02
`;
/** Of a recipe that another home stored, and this one did not. */
const theirTag = 'spark-dev/node:v1.34.4-0123456789ab';
export const decoyTags = { 'spark-dev/foo:1': undefined, 'shop/etl:2': 'abc', [theirTag]: '0123456789ab' };

export async function createUsedMachine(
  state: Partial<MachineState> = {},
  first: readonly Scripted[] = [],
): Promise<World> {
  const docker: DockerWorld = { tags: { ...decoyTags } };
  let pidFile = '';
  const programs: Scripted[] = [
    ...first,
    { argv: ['du', '-sk'], stdout: '' },
    ...dockerPrograms(docker),
    {
      argv: ['start-stop-daemon'],
      does: () => {
        rmSync(pidFile, { force: true });
      },
    },
  ];
  const machine = await createFakeMachine(state, { programs });
  const { directories } = machine.host;
  const node = machine.parts.node.reference;
  docker.tags = { [node]: machine.parts.node.hash, ...docker.tags };
  pidFile = join(directories.data, 'docker-run', 'dockerd.pid');
  const kubeconfig = join(directories.userHome, '.kube', 'config');
  write(kubeconfig, theirKubeconfig);
  await claimFolders(directories);
  if (state.profile !== 'absent') await call(['init', '--yes', '--no-verify'], { host: machine.host });
  write(join(directories.cache, 'go', 'mod', 'go.uber.org', 'a.go'), 'package a');
  write(join(directories.state, 'runs', 'sparkpi-260101000000-dead', 'driver.log'), 'log');
  for (const path of decoyPaths(machine)) write(path, 'theirs');
  return { machine, docker, kubeconfig, node };
}

export function decoyPaths({ host: { directories } }: FakeMachine): readonly string[] {
  return [
    join(dirname(directories.data), 'notes.txt'),
    join(directories.data, 'my-notes.txt'),
    join(directories.config, 'spark-dev.yaml'),
  ];
}

export function dockerPrograms(docker: DockerWorld): readonly Scripted[] {
  return [
    { argv: ['docker', 'image', 'ls', '--quiet', '--filter', 'dangling=true'] },
    {
      argv: ['docker', 'image', 'ls', '--filter', 'label=io.spark-dev.recipe'],
      get stdout() {
        return Object.keys(docker.tags).join('\n');
      },
    },
    {
      argv: ['docker', 'image', 'inspect', '--format', '{{json .}}'],
      get stdout() {
        return Object.entries(docker.tags)
          .map(([tag, recipe]) =>
            JSON.stringify({
              ...{ Id: tag, RepoTags: [tag], Size: 1, Created: '' },
              Config: { Labels: recipe === undefined ? null : { 'io.spark-dev.recipe': recipe } },
            }),
          )
          .join('\n');
      },
    },
    {
      argv: ['docker', 'rmi'],
      does: (argv) => {
        docker.tags = Object.fromEntries(Object.entries(docker.tags).filter(([tag]) => !argv.includes(tag)));
      },
    },
  ];
}

export function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

export function uninstall({ machine }: World, ...words: string[]): Promise<Call> {
  return call(['uninstall', ...words], { host: machine.host });
}

function listThings({ docker: { containers, volumes, networks } }: FakeMachine): readonly string[] {
  const all = [
    ['container', containers],
    ['volume', volumes],
    ['network', networks],
  ] as const;
  return all.flatMap(([kind, things]) => (things.has('spark-dev') ? [kind] : []));
}

/** Everything of spark-dev's that is left, on the disk and in Docker. */
export function rest({ machine, docker, kubeconfig }: World): readonly string[] {
  const { data, cache, state } = machine.host.directories;
  const files = [data, cache, state].flatMap((path) =>
    existsSync(path) ? readdirSync(path).map((name) => join(path, name)) : [],
  );
  return [
    ...files.filter((path) => !decoyPaths(machine).includes(path)),
    ...Object.keys(docker.tags).filter((tag) => !(tag in decoyTags)),
    ...listThings(machine),
    ...(readFileSync(kubeconfig, 'utf8') === theirKubeconfig ? [] : ['kubeconfig']),
  ];
}
