import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { claimFolders } from '../../src/config/own-folders.js';
import { clusterPaths } from '../../src/kube/names.js';
import { describeParts } from '../../src/clusters/prepare/parts.js';
import { writeEntry } from '../../src/journal/journal.js';
import type { Platform } from '../../src/ports/host.js';
import { describeDistribution } from '../../src/toolchain/spark/distribution.js';
import { sparkVersion } from '../../src/toolchain/spark/versions.js';
import { describeRelease } from '../../src/toolchain/upstream/install.js';
import { releases, type ReleaseName, type ReleasePlatform } from '../../src/toolchain/upstream/pins.js';
import { createFakeHost, type FakeHost, type FakeWorld } from '../fakes/fake-host.js';
import { recordedConfig } from '../fakes/fake-node.js';
import { createFakeMachine, recorded, type FakeMachine } from '../fakes/fake-machine.js';
import type { Scripted } from '../fakes/fake-runner.js';
import { call, type Call } from '../worlds/call.js';
import { readError, readResult } from '../worlds/envelope.js';
import { debian, dockerOnly, dryRunInit, env, info } from '../worlds/upstream-world.js';

interface ShownStep {
  readonly id: string;
  readonly commands: readonly (readonly string[])[];
  readonly downloads?: readonly { readonly url: string; readonly sha256?: string; readonly checksumUrl?: string }[];
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
      const steps = stepsOf(await dryRunInit(host, '--source', 'upstream', '--json'));
      expect(steps.map(({ id }) => id)).toEqual([
        'tool:minikube',
        'tool:skaffold',
        'tool:kubectl',
        'spark-files:4.3.0',
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
      const [volume, start] = commandsOf('start');
      expect(volume).toMatch(/^docker volume create /);
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
    const lines = (await dryRunInit(host, '--source', 'upstream')).stdout.split('\n');
    const at = lines.indexOf('# Download minikube v1.38.1: it is neither on the PATH nor downloaded yet');
    expect(lines.slice(at + 1, at + 3)).toEqual([
      '#   from   https://storage.googleapis.com/minikube/releases/v1.38.1/minikube-darwin-arm64',
      `#   sha256 ${releases.minikube.pins['darwin/arm64']?.sha256 ?? ''}`,
    ]);
    expect(lines).toContain(
      '#   sha256 as published at https://storage.googleapis.com/skaffold/releases/v2.16.1/skaffold-darwin-arm64.sha256 on the first download; checked from then on',
    );
  });

  it('takes a kubectl of the user that is near enough', async () => {
    const programs = [
      ...dockerOnly,
      { argv: ['kubectl'] },
      { argv: ['/usr/bin/kubectl', 'version'], stdout: '{"clientVersion":{"gitVersion":"v1.35.1"}}' },
    ];
    const steps = stepsOf(await dryRunInit(createFakeHost({ programs }), '--source', 'upstream', '--json'));
    expect(steps.map(({ id }) => id)).not.toContain('tool:kubectl');
  });

  it('is refused where the official node image cannot run', async () => {
    const host = createFakeHost({ programs: dockerOnly });
    const status = join(host.directories.system, 'proc/self/status');
    mkdirSync(dirname(status), { recursive: true });
    writeFileSync(status, 'CapBnd:\t00000000a80425fb\n');
    const noDocker = {
      ...host,
      runner: createFakeHost({ programs: [{ argv: ['docker', 'info'], exitCode: 1 }, ...debian.slice(2)] }).runner,
    };
    const refused = await call(['init', '--dry-run', '--source', 'upstream', '--json'], { host: noDocker });
    expect(readError(refused.stdout)).toMatchObject({
      code: 'CAPABILITY_MISSING',
      fix: ['spark-dev init --source registries'],
    });
  });

  it('is refused by a daemon that we started without the capability', async () => {
    const relaxed = { ...info, DefaultRuntime: 'spark-dev' };
    const programs = [{ argv: ['docker', 'info'], stdout: JSON.stringify(relaxed) }];
    const refused = await dryRunInit(createFakeHost({ programs }), '--source', 'upstream', '--json');
    expect(readError(refused.stdout)).toMatchObject({ code: 'CAPABILITY_MISSING' });
  });

  it('says that Docker Desktop is missing', async () => {
    const refused = await dryRunInit(createFakeHost({ platform: { os: 'win32' } }), '--source', 'upstream', '--json');
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
    expect(readResult((await dryRunInit(fromFile, '--json')).stdout)).toMatchObject({ source: 'upstream' });
  });
});

describe('init --source upstream fails closed', () => {
  const urlOf = (name: ReleaseName): string => releases[name].pins['darwin/arm64']?.url ?? '';

  /** Only this one of the tools is still to be downloaded. */
  async function run(
    name: ReleaseName,
    web: FakeWorld['web'],
  ): Promise<{ readonly refused: Call; readonly host: FakeHost }> {
    const programs: Scripted[] = [
      ...dockerOnly,
      { argv: ['docker', 'pull'] },
      { argv: ['docker', 'build'], hangs: true },
    ];
    const host = createFakeHost({ env, platform: { os: 'darwin', arch: 'arm64' }, programs, web: web ?? {} });
    await claimFolders(host.directories);
    for (const release of Object.values(releases)) {
      const { path } = describeRelease(host, release);
      mkdirSync(dirname(path), { recursive: true });
      if (release.name !== name) writeFileSync(path, '', { mode: 0o755 });
    }
    const minikube = describeRelease(host, releases.minikube).path;
    programs.push({ argv: [minikube, 'profile'], stdout: recorded('minikube/profile-list-empty').stdout });
    programs.push({ argv: [minikube, 'start'], hangs: true });
    mkdirSync(describeDistribution(host.directories, sparkVersion).folder, { recursive: true });
    return { refused: await call(['init', '--yes', '--json', '--source', 'upstream'], { host }), host };
  }

  it('at a program that is not the pinned one', async () => {
    const { refused, host } = await run('minikube', { [urlOf('minikube')]: 'something else' });
    expect(readError(refused.stdout)).toMatchObject({
      code: 'CHECKSUM_MISMATCH',
      exitCode: 4,
      facts: { url: urlOf('minikube'), expected: releases.minikube.pins['darwin/arm64']?.sha256 },
    });
    expect(host.runner.calls.some(({ argv }) => argv[1] === 'start')).toBe(false);
    expect(existsSync(describeRelease(host, releases.minikube).path)).toBe(false);
    const aside = join(host.directories.cache, 'downloads', 'minikube-v1.38.1.damaged');
    expect(readFileSync(aside, 'utf8')).toBe('something else');
  });

  it('at a program without a checksum', async () => {
    const { refused, host } = await run('skaffold', { [urlOf('skaffold')]: 'whatever' });
    expect(readError(refused.stdout)).toMatchObject({ code: 'CHECKSUM_MISSING', exitCode: 4 });
    expect(existsSync(describeRelease(host, releases.skaffold).path)).toBe(false);
  });
});

describe('a cluster that is there', () => {
  function noteNodeImage({ host }: FakeMachine, image: string): void {
    const { minikubeHome } = clusterPaths(host.directories);
    writeFileSync(
      join(minikubeHome, '.minikube/profiles/spark-dev/config.json'),
      JSON.stringify({ ...recordedConfig(), KicBaseImage: image }),
    );
  }

  it.each([
    ['spark-dev/node:v1.34.4-0123456789ab', 'registries', 'upstream'],
    ['gcr.io/k8s-minikube/kicbase:v0.0.50@sha256:eb4f', 'upstream', 'registries'],
  ])('made of %s stays with %s', async (image, made, other) => {
    const machine = await createFakeMachine({ profile: 'stopped' });
    noteNodeImage(machine, image);
    const shown = await dryRunInit(machine.host, '--source', other, '--json');
    expect(readResult(shown.stdout)).toMatchObject({ source: made });
    expect(machine.host.ui.lines.find((line) => line.includes('keeps that source'))).toContain(
      `spark-dev down --delete, then spark-dev init --source ${other}`,
    );
  });

  it('whose first start was cut short may be made from the other source', async () => {
    const machine = await createFakeMachine({ profile: 'stopped' });
    noteNodeImage(machine, 'spark-dev/node:v1.34.4-0123456789ab');
    await writeEntry(machine.host, 'create-cluster', {});
    const shown = await dryRunInit(machine.host, '--source', 'upstream', '--json');
    expect(readResult(shown.stdout)).toMatchObject({ source: 'upstream' });
  });

  it('from official releases is started without our images', async () => {
    const machine = await createFakeMachine({ profile: 'stopped' });
    noteNodeImage(machine, 'gcr.io/k8s-minikube/kicbase:v0.0.50@sha256:eb4f');
    const { spark } = await describeParts(machine.host, undefined, 'upstream');
    writeFileSync(spark.tar, '');
    const done = await call(['init', '--yes', '--no-verify'], { host: machine.host });
    expect(done).toMatchObject({ exitCode: 0, stderr: '' });
    const start = machine.changes().find((line) => line.startsWith('minikube start'));
    expect(start).toContain('--kubernetes-version=v1.34.4');
    expect(start).not.toContain('--base-image');
    const { minikubeHome } = clusterPaths(machine.host.directories);
    expect(() => readFileSync(join(minikubeHome, '.minikube/cache/linux/amd64/v1.34.4/kubelet'))).toThrow();
  });
});
