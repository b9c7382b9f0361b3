import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { clusterPlaces } from '../../src/cluster/names.js';
import { describeParts } from '../../src/cluster/parts.js';
import type { Platform } from '../../src/ports/host.js';
import { checksumUrl, releases, type ReleasePlatform } from '../../src/toolchain/upstream/pins.js';
import { createFakeHost, type FakeHost, type FakeWorld } from '../fakes/fake-host.js';
import { createFakeMachine, type FakeMachine } from '../fakes/fake-machine.js';
import type { Scripted } from '../fakes/fake-runner.js';
import { call, type Call } from './call.js';
import { readError, readResult } from './envelope.js';

const info = { ServerVersion: '29.0.1', DefaultRuntime: 'runc', NCPU: 6, MemTotal: 8 * 1024 ** 3 };
/** Docker that answers and has no image, as after an installation of Docker Desktop; nothing else is there. */
const dockerOnly: readonly Scripted[] = [
  { argv: ['docker', 'info'], stdout: JSON.stringify(info) },
  { argv: ['docker', 'image', 'inspect'], exitCode: 1 },
];
const debian: readonly Scripted[] = [...dockerOnly, { argv: ['apt-get'] }, { argv: ['apt-config'] }];

const vendors = Object.fromEntries(
  [
    ...Object.values(releases).flatMap(({ pins }) => Object.values(pins).map(checksumUrl)),
    'https://gcr.io/v2/',
    'https://registry.k8s.io/v2/',
  ].map((url) => [url, 'yes']),
);
const official = { ...vendors, 'https://registry-1.docker.io/v2/': 401 };
const registries = {
  'https://pypi.org/simple/pyspark/': 'yes',
  'https://proxy.golang.org/k8s.io/minikube/@v/v1.38.1.info': 'yes',
};
const env = { PIP_CONFIG_FILE: '/dev/null', GOENV: 'off' };

interface ShownStep {
  readonly id: string;
  readonly commands: readonly (readonly string[])[];
  readonly downloads?: readonly { readonly url: string; readonly sha256?: string; readonly checksumUrl?: string }[];
}

async function dryRun(host: FakeHost, ...words: string[]): Promise<Call> {
  return call(['init', '--dry-run', ...words], { host });
}

function stepsOf(shown: Call): readonly ShownStep[] {
  return readResult(shown.stdout)['steps'] as readonly ShownStep[];
}

describe('init --source upstream --dry-run', () => {
  const platforms: readonly [ReleasePlatform, Partial<Platform>, string][] = [
    ['linux/arm64', { os: 'linux', arch: 'arm64', uid: 1000 }, ''],
    ['darwin/arm64', { os: 'darwin', arch: 'arm64', uid: 501 }, ''],
    ['windows/amd64', { os: 'win32', arch: 'amd64', uid: undefined }, '.exe'],
  ];

  it.each(platforms)(
    '%s: downloads with their sums, the pulled Debian, and minikube by itself',
    async (name, platform, exe) => {
      const host = createFakeHost({ platform, programs: dockerOnly });
      const steps = stepsOf(await dryRun(host, '--source', 'upstream', '--json'));
      expect(steps.map(({ id }) => id)).toEqual([
        'tool:minikube',
        'tool:skaffold',
        'tool:kubectl',
        'spark-files',
        'image:debian',
        'image:spark',
        'start',
        'kubeconfig',
        'rights',
        'deliver',
        'record',
      ]);
      for (const release of Object.values(releases)) {
        const pin = release.pins[name];
        const [download] = steps.find(({ id }) => id === `tool:${release.name}`)?.downloads ?? [];
        expect(download?.url).toBe(pin?.url);
        expect(download?.sha256).toBe(pin?.sha256);
        expect(download?.checksumUrl).toBe(pin?.sha256 === undefined ? `${pin?.url ?? ''}.sha256` : undefined);
      }
      const commandsOf = (id: string): readonly string[] =>
        steps.find((step) => step.id === id)?.commands.map((argv) => argv.join(' ')) ?? [];
      expect(commandsOf('image:debian')).toEqual([
        expect.stringMatching(/^docker pull --quiet docker\.io\/library\/debian@sha256:[0-9a-f]{64}$/),
      ]);
      expect(commandsOf('image:spark')[0]).toMatch(
        / --build-arg BASE=docker\.io\/library\/debian@sha256:[0-9a-f]{64} /,
      );
      const [start] = commandsOf('start');
      expect(start).toMatch(
        new RegExp(`/tools/minikube/v1\\.38\\.1-[0-9a-f]{12}/minikube${exe} start -p spark-dev --driver=docker `),
      );
      expect(start).not.toContain('--base-image');
      expect(start).toContain('--kubernetes-version=v1.34.4');
      expect(commandsOf('rights')[0]).toContain(`/kubectl${exe} `);
      expect(host.runner.calls.map(({ argv }) => argv.slice(0, 3).join(' '))).not.toContain('docker pull --quiet');
    },
  );

  it('shows to a person where each file comes from and what it must be', async () => {
    const host = createFakeHost({ platform: { os: 'darwin', arch: 'arm64' }, programs: dockerOnly });
    const lines = (await dryRun(host, '--source', 'upstream')).stdout.split('\n');
    const at = lines.indexOf('# Download minikube v1.38.1: it is neither on the PATH nor here yet');
    expect(lines.slice(at + 1, at + 3)).toEqual([
      '#   from   https://storage.googleapis.com/minikube/releases/v1.38.1/minikube-darwin-arm64',
      `#   sha256 ${releases.minikube.pins['darwin/arm64']?.sha256 ?? ''}`,
    ]);
    expect(lines).toContain(
      '#   sha256 as https://storage.googleapis.com/skaffold/releases/v2.16.1/skaffold-darwin-arm64.sha256 says the first time, and kept from then on',
    );
  });

  it('takes a kubectl of the user that is near enough', async () => {
    const programs = [
      ...dockerOnly,
      { argv: ['kubectl'] },
      { argv: ['/usr/bin/kubectl', 'version'], stdout: '{"clientVersion":{"gitVersion":"v1.35.1"}}' },
    ];
    const steps = stepsOf(await dryRun(createFakeHost({ programs }), '--source', 'upstream', '--json'));
    expect(steps.map(({ id }) => id)).not.toContain('tool:kubectl');
  });

  it('is refused where the official node image cannot run', async () => {
    const host = createFakeHost({ programs: dockerOnly });
    const status = join(host.directories.system, 'proc/self/status');
    mkdirSync(dirname(status), { recursive: true });
    writeFileSync(status, 'CapBnd:\t00000000a80425fb\n');
    const noDocker = { ...host, runner: createFakeHost({ programs: debian.slice(2) }).runner };
    const refused = await call(['init', '--dry-run', '--source', 'upstream', '--json'], { host: noDocker });
    expect(readError(refused.stdout)).toMatchObject({
      code: 'CAPABILITY_MISSING',
      fix: ['spark-dev init --source registries'],
    });
  });

  it('says that Docker Desktop is missing', async () => {
    const refused = await dryRun(createFakeHost({ platform: { os: 'win32' } }), '--source', 'upstream', '--json');
    expect(readError(refused.stdout)).toMatchObject({ code: 'ENGINE_MISSING', exitCode: 4 });
  });

  it('comes from the settings and the environment as from the flag', async () => {
    const host = createFakeHost({ env, programs: debian });
    const words = ['init', '--dry-run', '--json'];
    expect(readError((await call(words, { host })).stdout)).toMatchObject({ code: 'SOURCE_UNREACHABLE' });
    const fromEnv = await call(words, { host, env: { SPARK_DEV_SOURCE: 'upstream' } });
    expect(readResult(fromEnv.stdout)).toMatchObject({ source: 'upstream' });
    const fromFile = createFakeHost({ env, programs: debian });
    writeFileSync(join(fromFile.directories.working, 'spark-dev.yaml'), 'version: 1\nsource: upstream\n');
    expect(readResult((await dryRun(fromFile, '--json')).stdout)).toMatchObject({ source: 'upstream' });
  });
});

describe('init --source auto', () => {
  async function choose(world: FakeWorld): Promise<{ readonly shown: Call; readonly said: readonly string[] }> {
    const host = createFakeHost({ env, ...world });
    const shown = await dryRun(host, '--json');
    return { shown, said: host.ui.lines.filter((line) => line.includes('Source:')) };
  }

  it('takes official releases when both answer, and says why in one line', async () => {
    const { shown, said } = await choose({ programs: debian, web: { ...official, ...registries } });
    expect(readResult(shown.stdout)).toMatchObject({ source: 'upstream' });
    expect(said).toEqual(['Source: upstream (both answer, and downloading takes less long than building)']);
  });

  it.each([
    ['an image registry is blocked', { ...official, 'https://gcr.io/v2/': 403 }, 'gcr.io: the server answered 403'],
    ['a release server is out of reach', registries, 'ENOTFOUND storage.googleapis.com'],
  ])('takes the registries when %s', async (_name, web, why) => {
    const { shown, said } = await choose({ programs: debian, web: { ...web, ...registries } });
    expect(readResult(shown.stdout)).toMatchObject({ source: 'registries' });
    expect(said).toEqual([expect.stringContaining(why)]);
  });

  it('names everything that it tried when nothing answers', async () => {
    const { shown } = await choose({ programs: debian, web: { 'https://gcr.io/v2/': 'yes' } });
    const { code, why } = readError(shown.stdout) as { code: string; why: string };
    expect(code).toBe('SOURCE_UNREACHABLE');
    expect(why.split('\n')).toEqual([
      ...['minikube', 'skaffold'].map((name): unknown =>
        expect.stringMatching(`^upstream: https://storage.googleapis.com/${name}/.*ENOTFOUND`),
      ),
      expect.stringMatching(/^upstream: https:\/\/dl\.k8s\.io\/.*ENOTFOUND/),
      'upstream: https://gcr.io/v2/: answers',
      expect.stringMatching(/^upstream: https:\/\/registry\.k8s\.io\/v2\/: .*ENOTFOUND/),
      expect.stringMatching(/^upstream: https:\/\/registry-1\.docker\.io\/v2\/: .*ENOTFOUND/),
      expect.stringMatching(/^registries: https:\/\/pypi\.org\/simple\/pyspark\/: .*ENOTFOUND/),
      expect.stringMatching(/^registries: https:\/\/proxy\.golang\.org\/.*ENOTFOUND/),
    ]);
  });

  it('does not wait for servers that say nothing', async () => {
    const silent = createFakeHost({ env, programs: debian });
    const asked: (AbortSignal | undefined)[] = [];
    const host: FakeHost = {
      ...silent,
      http: {
        get: (_url, request) => {
          asked.push(request?.signal ?? undefined);
          return new Promise(() => undefined);
        },
      },
    };
    const before = host.clock.now();
    expect(readError((await dryRun(host, '--json')).stdout)).toMatchObject({
      code: 'SOURCE_UNREACHABLE',
      why: expect.stringContaining('no answer within 3 s') as string,
    });
    expect(host.clock.now() - before).toBeLessThanOrEqual(2 * 3000);
    expect(asked).toHaveLength(8);
    expect(asked.every((signal) => signal?.aborted)).toBe(true);
  });

  it.each([
    ['macOS', { platform: { os: 'darwin' as const }, programs: dockerOnly }, 'upstream'],
    ['a Linux without apt', { programs: dockerOnly }, 'upstream'],
  ])('%s: asks nobody, as there is no choice', async (_name, world, source) => {
    const { shown, said } = await choose(world);
    expect(readResult(shown.stdout)).toMatchObject({ source });
    expect(said).toEqual([expect.stringContaining('only that works here')]);
  });

  it('goes on with the tools that were built', async () => {
    const machine = await createFakeMachine({ profile: 'absent' });
    const shown = await dryRun(machine.host, '--json');
    expect(readResult(shown.stdout)).toMatchObject({ source: 'registries' });
    expect(machine.host.ui.lines).toContain('Source: registries (its tools are here already)');
  });
});

describe('a cluster that is there', () => {
  function noteNodeImage({ host }: FakeMachine, image: string): void {
    const { minikubeHome } = clusterPlaces(host.directories);
    writeFileSync(
      join(minikubeHome, '.minikube/profiles/spark-dev/config.json'),
      JSON.stringify({ Name: 'spark-dev', KicBaseImage: image }),
    );
  }

  it.each([
    ['spark-dev/node:v1.34.4-0123456789ab', 'registries', 'upstream'],
    ['gcr.io/k8s-minikube/kicbase:v0.0.50@sha256:eb4f', 'upstream', 'registries'],
  ])('made of %s stays with %s', async (image, made, other) => {
    const machine = await createFakeMachine({ profile: 'stopped' });
    noteNodeImage(machine, image);
    const shown = await dryRun(machine.host, '--source', other, '--json');
    expect(readResult(shown.stdout)).toMatchObject({ source: made });
    expect(machine.host.ui.lines.find((line) => line.includes('stays so'))).toContain(
      `spark-dev down --delete, then spark-dev init --source ${other}`,
    );
  });

  it('from official releases is started without images of ours', async () => {
    const machine = await createFakeMachine({ profile: 'stopped' });
    noteNodeImage(machine, 'gcr.io/k8s-minikube/kicbase:v0.0.50@sha256:eb4f');
    const { spark } = await describeParts(machine.host, undefined, 'upstream');
    writeFileSync(spark.tar, '');
    const done = await call(['init', '--yes', '--no-verify'], { host: machine.host });
    expect(done).toMatchObject({ exitCode: 0, stderr: '' });
    const start = machine.changes().find((line) => line.startsWith('minikube start'));
    expect(start).toContain('--kubernetes-version=v1.34.4');
    expect(start).not.toContain('--base-image');
    const { minikubeHome } = clusterPlaces(machine.host.directories);
    expect(() => readFileSync(join(minikubeHome, '.minikube/cache/linux/amd64/v1.34.4/kubelet'))).toThrow();
  });
});
