import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { call, type Call } from '../worlds/call.js';
import { createDesktopWorld, type DesktopWorld } from '../worlds/desktop-world.js';
import { readError, readResult } from '../worlds/envelope.js';

const spark = (world: DesktopWorld, ...words: readonly string[]): Promise<Call> =>
  call(words, { host: world.machine.host });
const init = (world: DesktopWorld, ...words: readonly string[]): Promise<Call> =>
  spark(world, 'init', '--provider', 'docker-desktop', '--no-verify', '--source', 'registries', ...words);
const changed = (world: DesktopWorld): readonly string[] =>
  world.asked().filter((line) => /^(apply|.* apply|create --filename|delete|.* delete)/.test(line));

/** As init leaves it. */
async function createPrepared(...world: Parameters<typeof createDesktopWorld>): Promise<DesktopWorld> {
  const made = await createDesktopWorld(...world);
  expect((await init(made, '--yes')).exitCode).toBe(0);
  return made;
}

describe('init --provider docker-desktop', () => {
  it('applies rights and record in that context alone, brings Spark in, and makes no minikube', async () => {
    const world = await createDesktopWorld();
    const { exitCode, stdout } = await init(world, '--yes', '--json');
    expect(exitCode).toBe(0);
    const { directories } = world.machine.host;
    const folder = join(directories.package, 'kustomize', 'rights-default-storage');
    expect(changed(world)).toEqual([
      'create --filename=- --output=name',
      `apply --kustomize=${folder}`,
      'apply --server-side --force-conflicts --field-manager=spark-dev --filename=-',
    ]);
    const kubeconfig = `--kubeconfig=${join(directories.userHome, '.kube', 'config')}`;
    const calls = world.machine.host.runner.calls.map(({ argv }) => argv);
    const desktops = calls.filter((argv) => argv.includes('--context=docker-desktop'));
    expect(desktops.every((argv) => argv.includes(kubeconfig))).toBe(true);
    expect(calls.filter((argv) => argv.includes('start') || argv.includes('--context=spark-dev'))).toEqual([]);
    const { reference, tar } = world.machine.parts.spark;
    expect(world.machine.changes()).toContain(
      `docker load --input ${tar.replace(directories.data.replace(/\/data$/, ''), '')}`,
    );
    expect(world.desktop.record).toMatchObject({
      sparkImage: reference,
      rights: expect.stringMatching(/-default-storage$/) as string,
    });
    expect(readResult(stdout)).toMatchObject({
      cluster: { provider: 'docker-desktop', context: 'docker-desktop', namespace: 'spark' },
      call: 'spark-dev init --yes --provider docker-desktop --no-verify --source registries',
    });
  });

  it('leaves the kubeconfig as it is, and has nothing to do the second time', async () => {
    const world = await createDesktopWorld();
    const file = join(world.machine.host.directories.userHome, '.kube', 'config');
    const before = readFileSync(file, 'utf8');
    await init(world, '--yes');
    const again = await init(world, '--yes', '--json');
    expect(readResult(again.stdout)['changed']).toEqual([]);
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  it('--dry-run shows each command and changes nothing', async () => {
    const world = await createDesktopWorld();
    const { exitCode, stdout } = await init(world, '--dry-run');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('--context=docker-desktop apply --kustomize=');
    expect(stdout).toContain('docker load --input');
    expect([changed(world), world.desktop.record]).toEqual([[], undefined]);
  });

  it("takes minikube's storage class where it is there too", async () => {
    const world = await createPrepared({ storage: 'standard', runtime: 'containerd://2.1.4' });
    expect(world.desktop.record?.['rights']).toBe(world.machine.parts.rights.digest);
    expect(world.machine.host.ui.lines.join('\n')).toContain('Use containerd');
  });

  it.each([
    ['https://203.0.113.7:6443', 'docker-desktop'],
    ['https://kubernetes.docker.internal:6443', 'docker-desktop'],
    ['https://127.0.0.1:6443', 'production'],
  ])('asks nothing of a cluster at %s, named %s, that merely carries the name', async (server, names) => {
    const world = await createDesktopWorld({ server, names });
    for (const words of [['--dry-run'], ['--yes']]) {
      const { exitCode, stdout } = await init(world, ...words, '--json');
      expect([exitCode, readError(stdout).code]).toEqual([9, 'CONTEXT_REFUSED']);
    }
    await spark(world, 'run', 'sparkpi', '--target', 'cluster', '--provider', 'docker-desktop');
    await spark(world, 'status', '--provider', 'docker-desktop');
    await spark(world, 'clean', '--yes', '--provider', 'docker-desktop');
    await spark(world, 'namespace', 'create', 'team-a', '--provider', 'docker-desktop');
    expect(world.asked()).toEqual([]);
  });

  it('says where to click while Kubernetes does not answer', async () => {
    const world = await createDesktopWorld({ answers: false });
    const { exitCode, stdout } = await init(world, '--yes', '--json');
    const error = readError(stdout);
    expect([exitCode, error.code]).toEqual([4, 'PREREQUISITE_MISSING']);
    expect(error.fix[0]).toContain('Settings → Kubernetes → Enable Kubernetes');
    expect((await init(world, '--dry-run')).stdout).toContain('# You: enable Kubernetes');
    expect(changed(world)).toEqual([]);
  });

  it('refuses to build in a daemon that is not the cluster’s', async () => {
    const world = await createDesktopWorld({ daemon: 'lovelace' });
    const { exitCode, stdout } = await init(world, '--yes', '--json');
    expect([exitCode, readError(stdout).why]).toEqual([4, expect.stringContaining('lovelace')]);
    expect(changed(world)).toEqual([]);
  });

  it('asks a person at the terminal which, and tells the call', async () => {
    const world = await createDesktopWorld({}, undefined, {
      confirms: true,
      answers: { '--provider': 'docker-desktop', '--source': 'registries', '--no-verify': 'no' },
    });
    expect((await spark(world, 'init', '--json')).exitCode).toBe(0);
    const { lines } = world.machine.host.ui;
    expect(lines.filter((line) => line.startsWith('?'))).toEqual([
      '? Which Kubernetes should spark-dev use?',
      '? Where should tools and images come from?',
      '? Which namespace should jobs run in?',
      '? Run SparkPi on the cluster at the end to verify it?',
      '? Continue?',
    ]);
    expect(lines).toContain(
      'Without questions: spark-dev init --yes --provider docker-desktop --no-verify --source registries',
    );
  });
});

describe('a prepared Docker Desktop', () => {
  it('is found by every command without being named, and says so', async () => {
    const world = await createPrepared();
    const dry = await spark(world, 'run', 'sparkpi', '--lang', 'python', '--dry-run');
    expect(dry.stdout).toContain('--kube-context=docker-desktop');
    expect(dry.stdout).toContain('--detect-minikube=false');
    expect(world.machine.host.ui.lines.join('\n')).toContain('On the cluster docker-desktop');
    expect(readResult((await spark(world, 'status', '--json')).stdout)).toMatchObject({
      ready: true,
      provider: 'docker-desktop',
      kubernetes: { state: 'running' },
    });
    const list = (await spark(world, 'cluster', 'list')).stdout;
    expect(list).toMatch(/docker-desktop, prepared/);
    const doctor = (await spark(world, 'doctor')).stdout;
    expect(doctor).toContain('not needed with Docker Desktop');
    expect(doctor).toContain('context docker-desktop answers');
    const images = readResult((await spark(world, 'images', 'list', '--json')).stdout);
    expect((images['images'] as { name: string }[]).map(({ name }) => name)).toEqual(['spark', 'debian']);
  });

  it.each([['down'], ['down --delete --yes'], ['images pull'], ['cluster resize --recreate --memory 6g']])(
    '%s says kindly what to do instead',
    async (line) => {
      const world = await createPrepared();
      const before = world.asked().length;
      const { exitCode, stdout } = await spark(world, ...line.split(' '), '--json');
      const error = readError(stdout);
      expect([exitCode, error.code]).toEqual([9, 'PROVIDER_CANNOT']);
      expect(error.fix.length).toBeGreaterThan(0);
      expect(
        world
          .asked()
          .slice(before)
          .filter((words) => !words.includes(' get ')),
      ).toEqual([]);
    },
  );

  it('is used after our minikube unless it is named: flag over environment over file', async () => {
    const world = await createDesktopWorld({}, {});
    await init(world, '--yes');
    const used = async (env: Record<string, string>, ...words: string[]): Promise<unknown> => {
      const { stdout } = await call(['status', '--json', ...words], { host: world.machine.host, env });
      return readResult(stdout)['provider'];
    };
    expect(await used({})).toBe('minikube');
    expect(await used({ SPARK_DEV_PROVIDER: 'docker-desktop' })).toBe('docker-desktop');
    expect(await used({ SPARK_DEV_PROVIDER: 'docker-desktop' }, '--provider', 'minikube')).toBe('minikube');
    expect((await spark(world, 'status')).stdout).toContain('Docker Desktop is also prepared');
  });
});
