import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { DockerConnector } from '../../src/ports/docker.js';
import type { Host, Platform, Clock, Http, HttpAnswer } from '../../src/ports/host.js';
import type { KubeConnector } from '../../src/ports/kube.js';
import { createFakeRunner, type FakeRunner, type Scripted } from './fake-runner.js';
import { createFakeUi, type FakeUi } from './fake-ui.js';

export interface FakeWorld {
  readonly programs?: readonly Scripted[];
  readonly env?: Host['env'];
  readonly platform?: Partial<Platform>;
  /** URL → body or status; anything else cannot be reached. */
  readonly web?: Readonly<Record<string, string | Uint8Array | number>>;
  readonly kube?: KubeConnector;
  readonly docker?: DockerConnector;
  /** Answers to questions; none means no terminal. */
  readonly confirms?: boolean;
  /** Answers by flag to select and input; Enter for what is not listed. */
  readonly answers?: Readonly<Record<string, string>>;
}

export interface FakeHost extends Host {
  readonly runner: FakeRunner;
  readonly ui: FakeUi;
  /** The pages that were opened. */
  readonly pages: readonly string[];
}

/** A host in a fresh temporary directory; nothing of the real machine shows through. */
export function createFakeHost(world: FakeWorld = {}): FakeHost {
  const root = mkdtempSync(join(tmpdir(), 'spark-dev-test-'));
  let now = Date.UTC(2026, 0, 1);
  const pages: string[] = [];
  return {
    runner: createFakeRunner(world.programs ?? []),
    ui: createFakeUi(world),
    hasPipedInput: false,
    watchFolders: () => {
      throw new Error('nothing changes in this world');
    },
    pages,
    openBrowser: (url) => {
      pages.push(url);
      return Promise.resolve();
    },
    http: createFakeHttp(world.web ?? {}),
    kube: world.kube ?? (() => Promise.reject(new Error('no cluster in this world'))),
    docker: world.docker ?? (() => Promise.reject(new Error('no Docker in this world'))),
    clock: {
      now: () => now,
      // a thousand times faster than life, and in step with the stories that tests tell with setTimeout
      sleep: async (ms, signal) => {
        await sleep(Math.max(1, ms / 1000), undefined, signal === undefined ? {} : { signal });
        now += ms;
      },
    },
    env: { HOME: join(root, 'home'), PATH: '/usr/bin', ...world.env },
    platform: {
      os: 'linux',
      arch: 'amd64',
      cpus: 4,
      memoryMb: 16_384,
      // that of the files that tests write
      uid: process.getuid?.() ?? 0,
      gid: process.getgid?.() ?? 0,
      hostName: 'lovelace',
      interfaces: [],
      ...world.platform,
    },
    directories: {
      data: join(root, 'data'),
      cache: join(root, 'cache'),
      state: join(root, 'state'),
      config: join(root, 'config'),
      userHome: join(root, 'home'),
      working: root,
      system: join(root, 'system'),
      package: dirname(dirname(dirname(fileURLToPath(import.meta.url)))),
    },
  };
}

/** For what is given up after long: each sleep ends at once, and counts as so many. */
export function createHastyClock(times = 1): Clock {
  let now = 0;
  return {
    now: () => now,
    sleep: (ms) => {
      now += ms * times;
      return Promise.resolve();
    },
  };
}

function createFakeHttp(web: NonNullable<FakeWorld['web']>): Http {
  return {
    get(url) {
      const found = web[url];
      if (found === undefined) return Promise.reject(new Error(`getaddrinfo ENOTFOUND ${new URL(url).host}`));
      const bytes =
        typeof found === 'number' ? new Uint8Array() : typeof found === 'string' ? Buffer.from(found) : found;
      const answer: HttpAnswer = {
        status: typeof found === 'number' ? found : 200,
        contentType: url.endsWith('/') ? 'text/html' : 'application/octet-stream',
        contentLength: bytes.length,
        url,
        body: (async function* () {
          yield await Promise.resolve(bytes);
        })(),
      };
      return Promise.resolve(answer);
    },
  };
}
