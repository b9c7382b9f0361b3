import { createHash } from 'node:crypto';
import { listThingsArgvs, type ThingKind } from '../../src/clusters/minikube/docker-things.js';
import type { Scripted } from './fake-runner.js';

export interface FakeContainer {
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly volumes: readonly string[];
  readonly networks: readonly string[];
  state: 'running' | 'paused' | 'exited';
}

export interface FakeVolume {
  readonly labels: Readonly<Record<string, string>>;
  /** What minikube put at /lib/minikube/certs/ca.crt. */
  authority: string | undefined;
}

export interface FakeNetwork {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
}

const profileLabels = {
  'name.minikube.sigs.k8s.io': 'spark-dev',
  'created_by.minikube.sigs.k8s.io': 'true',
};

/** One daemon, as two homes may share it: what is there decides the answers, and what is asked otherwise is refused. */
export class FakeDocker {
  readonly containers = new Map<string, FakeContainer>();
  readonly volumes = new Map<string, FakeVolume>();
  readonly networks = new Map<string, FakeNetwork>();
  #made = 0;

  /** What `minikube start -p spark-dev` does: a volume and a network that are there are taken as they are. */
  start(authority: string): void {
    const volume = this.volumes.get('spark-dev') ?? { labels: profileLabels, authority };
    volume.authority = authority;
    this.volumes.set('spark-dev', volume);
    if (!this.networks.has('spark-dev'))
      this.networks.set('spark-dev', { id: this.#id('network'), labels: profileLabels });
    const there = this.containers.get('spark-dev');
    if (there === undefined)
      this.addContainer('spark-dev', { networks: ['spark-dev'], volumes: ['spark-dev'], labels: profileLabels });
    else there.state = 'running';
  }

  addContainer(name: string, made: Partial<Pick<FakeContainer, 'labels' | 'volumes' | 'networks'>> = {}): void {
    const { labels = {}, volumes = [], networks = ['bridge'] } = made;
    this.containers.set(name, { id: this.#id(name), name, labels, volumes, networks, state: 'running' });
  }

  /** What `docker volume create` does: one that is there stays as it is. */
  create(argv: readonly string[]): void {
    const name = argv.at(-1) ?? '';
    const labels = argv.flatMap((word) =>
      word.startsWith('--label=') ? [word.slice('--label='.length).split('=') as [string, string]] : [],
    );
    if (!this.volumes.has(name)) this.volumes.set(name, { labels: Object.fromEntries(labels), authority: undefined });
  }

  /** What `minikube delete -p spark-dev` does, whosever they are. */
  delete(): void {
    for (const things of [this.containers, this.volumes, this.networks])
      for (const [name, { labels }] of things)
        if (labels['name.minikube.sigs.k8s.io'] === 'spark-dev') things.delete(name);
  }

  /** All of it, to be compared. */
  describe(): string {
    const { containers, volumes, networks } = this;
    return JSON.stringify([containers, volumes, networks].map((things) => [...things]));
  }

  programs(): readonly Scripted[] {
    const authorityOf = (volumes: readonly string[] = []): string | undefined =>
      volumes.map((name) => this.volumes.get(name)?.authority).find((text) => text !== undefined);
    return [
      ...(['container', 'volume', 'network'] as const).map((kind) => ({
        argv: listThingsArgvs[kind],
        answers: () => ({ stdout: this.#list(kind).join('\n') }),
      })),
      {
        argv: ['docker', 'volume', 'create'],
        does: (argv) => {
          this.create(argv);
        },
      },
      {
        argv: ['docker', 'volume', 'inspect'],
        answers: (argv) => ({ exitCode: this.volumes.has(argv.at(-1) ?? '') ? 0 : 1 }),
      },
      {
        argv: ['docker', 'cp'],
        answers: ([, , source = '']) => {
          const [name, path] = source.split(':');
          const found = authorityOf(this.#find(name)?.volumes);
          const isThere = path === '/var/lib/minikube/certs/ca.crt' && found !== undefined;
          return isThere ? { stdout: `ca.crt\0\0${found}\0` } : { exitCode: 1, stderr: 'Could not find the file' };
        },
      },
      {
        argv: ['docker', 'run'],
        matches: (argv) => argv.includes('--entrypoint=cat'),
        answers: (argv) => {
          const volume = argv
            .find((word) => word.startsWith('--volume='))
            ?.slice('--volume='.length)
            .split(':')[0];
          const found = authorityOf([volume ?? '']);
          return found === undefined ? { exitCode: 1 } : { stdout: found };
        },
      },
      ...this.#removals(),
      {
        argv: ['docker', 'stop', '-t', '60'],
        does: (argv) => {
          const found = this.#find(argv.at(-1));
          if (found !== undefined) found.state = 'exited';
        },
      },
    ];
  }

  #removals(): readonly Scripted[] {
    const refuse = (what: string): { readonly exitCode: number; readonly stderr: string } => ({
      exitCode: 1,
      stderr: what,
    });
    const words = (argv: readonly string[]): readonly string[] =>
      argv.slice(3).filter((word) => !word.startsWith('--'));
    return [
      {
        argv: ['docker', 'container', 'rm'],
        does: (argv) => {
          for (const word of words(argv)) this.containers.delete(this.#find(word)?.name ?? '');
        },
      },
      {
        argv: ['docker', 'volume', 'rm'],
        answers: (argv) => {
          const held = [...this.containers.values()].flatMap(({ volumes }) => volumes);
          if (words(argv).some((name) => held.includes(name))) return refuse('volume is in use');
          for (const name of words(argv)) this.volumes.delete(name);
          return {};
        },
      },
      {
        argv: ['docker', 'network', 'rm'],
        answers: (argv) => {
          for (const word of words(argv)) {
            const [name] = [...this.networks].find(([one, { id }]) => one === word || id === word) ?? [];
            if (name === undefined) return refuse(`network ${word} not found`);
            const attached = [...this.containers.values()].filter(
              (one) => one.state === 'running' && one.networks.includes(name),
            );
            if (attached.length > 0) return refuse('has active endpoints');
            this.networks.delete(name);
          }
          return {};
        },
      },
    ];
  }

  #find(word = ''): FakeContainer | undefined {
    return [...this.containers.values()].find(({ id, name }) => id === word || name === word);
  }

  #list(kind: ThingKind): readonly string[] {
    const profile = (labels: FakeVolume['labels']): string => labels['name.minikube.sigs.k8s.io'] ?? '';
    if (kind === 'container')
      return [...this.containers.values()].map(({ id, name, labels, volumes, networks }) =>
        [id, name, profile(labels), [...volumes, '/lib/modules'].join(','), networks.join(',')].join('\t'),
      );
    if (kind === 'volume')
      return [...this.volumes].map(([name, { labels }]) =>
        [name, name, profile(labels), labels['io.spark-dev.home'] ?? '', labels['io.spark-dev.data'] ?? ''].join('\t'),
      );
    return [...this.networks].map(([name, { id, labels }]) => [id, name, profile(labels)].join('\t'));
  }

  #id(what: string): string {
    this.#made += 1;
    return createHash('sha256')
      .update(`${what}${String(this.#made)}`)
      .digest('hex');
  }
}
