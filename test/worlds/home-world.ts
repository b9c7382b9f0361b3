import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { createVolumeArgv } from '../../src/clusters/minikube/docker-things.js';
import { mergeOwnEntry } from '../../src/kube/kubeconfig/entry.js';
import { claimFolders } from '../../src/config/own-folders.js';
import { FakeDocker } from '../fakes/fake-docker.js';
import { dockerWith } from '../fakes/fake-images.js';
import { createFakeMachine, type FakeMachine } from '../fakes/fake-machine.js';
import { place, writeAuthority } from '../fakes/private-kubeconfig.js';
import { readHomeId } from '../../src/config/home-marker.js';

/** What a home with a cluster has in Docker and in the user's kubeconfig, and how much of it is there. */
export interface Holding {
  readonly container: boolean;
  readonly volume: boolean;
  readonly network: boolean;
  /** False: a version that set no label on the volume made it. */
  readonly labelled: boolean;
  readonly entry: boolean;
}

/** What lies in a home of a cluster that it once had. */
export interface LeftOver {
  readonly journals: readonly string[];
  readonly journalText: string;
  readonly profile: boolean;
  readonly marker: boolean;
}

/** Two homes of one user, on one Docker and with one kubeconfig. */
export interface TwoHomes {
  readonly docker: FakeDocker;
  readonly kubeconfig: string;
  readonly maker: FakeMachine;
  readonly other: FakeMachine;
}

export async function createTwoHomes(holding: Holding, left: LeftOver): Promise<TwoHomes> {
  const docker = new FakeDocker();
  const kubeconfig = join(mkdtempSync(join(tmpdir(), 'spark-dev-test-')), 'config');
  place(kubeconfig, '# mine\napiVersion: v1\nkind: Config\n');
  const maker = await createHome(docker, kubeconfig, 'running');
  await hold(maker, holding);
  const other = await createHome(docker, kubeconfig, left.profile ? 'running' : 'absent');
  leave(other, left);
  return { docker, kubeconfig, maker, other };
}

async function createHome(docker: FakeDocker, kubeconfig: string, profile: 'running' | 'absent'): Promise<FakeMachine> {
  const [images] = dockerWith({ host: [], cluster: [] });
  return createFakeMachine(
    { profile },
    {
      daemon: docker,
      env: { KUBECONFIG: kubeconfig },
      programs: [
        ...(images === undefined ? [] : [images]),
        { argv: ['docker', 'image', 'ls'] },
        { argv: ['docker', 'container', 'ls', '--all', '--quiet'] },
        { argv: ['du', '-sk'] },
      ],
    },
  );
}

async function hold({ host, docker }: FakeMachine, holding: Holding): Promise<void> {
  await claimFolders(host.directories);
  const id = (await readHomeId(host.directories)) ?? '';
  if (holding.labelled) docker.create(createVolumeArgv(id, host.directories.data));
  docker.start(writeAuthority(host.directories));
  if (holding.entry) await mergeOwnEntry(host);
  if (!holding.container) docker.containers.delete('spark-dev');
  // Docker lets no volume go that a container has
  if (!holding.volume && !holding.container) docker.volumes.delete('spark-dev');
  if (!holding.network) docker.networks.delete('spark-dev');
}

function leave({ host }: FakeMachine, { journals, journalText, profile, marker }: LeftOver): void {
  const { data, state } = host.directories;
  // earlier versions had the journal in the state folder
  for (const name of journals) place(join(marker ? data : state, 'journal', `${name}.json`), journalText);
  if (profile) mkdirSync(join(data, 'minikube', '.minikube', 'profiles', 'spark-dev'), { recursive: true });
  if (!marker) rmSync(join(data, '.spark-dev'), { force: true });
}

/** Each of the maker's files with its content, and its entries in the kubeconfig. */
export function describeHome({ maker, kubeconfig }: TwoHomes): readonly string[] {
  const root = dirname(maker.host.directories.data);
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const digest = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');
  return [
    ...files.map((path) => `${relative(root, path)} ${digest(path)}`).sort(),
    existsSync(kubeconfig) ? digest(kubeconfig) : '',
  ];
}

/** The things that are there, each with all that Docker knows of it. */
export function describeThings({ containers, volumes, networks }: FakeDocker): readonly string[] {
  return [containers, volumes, networks].flatMap((things, kind) =>
    [...things].map((one) => JSON.stringify([kind, one])),
  );
}
