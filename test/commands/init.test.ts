import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFakeMachine, type FakeMachine } from '../fakes/fake-machine.js';
import { call, type Call } from '../worlds/call.js';
import { readError, readResult } from '../worlds/envelope.js';

const theirs =
  '# mine\nkind: Config\ncurrent-context: prod\nclusters:\n- {name: prod, cluster: {server: "https://prod"}}\n';

function userKubeconfig({ host }: FakeMachine): string {
  return join(host.directories.userHome, '.kube', 'config');
}

function writeUserKubeconfig(machine: FakeMachine, text: string): void {
  mkdirSync(dirname(userKubeconfig(machine)), { recursive: true });
  writeFileSync(userKubeconfig(machine), text);
}

function init(machine: FakeMachine, ...words: string[]): Promise<Call> {
  return call(['init', '--no-verify', ...words], { host: machine.host });
}

describe('init on a machine with all parts and no cluster', () => {
  it('starts minikube, brings rights and Spark in, and writes our entry', async () => {
    const machine = await createFakeMachine({ profile: 'absent', objects: false, sparkImageInCluster: false });
    writeUserKubeconfig(machine, theirs);
    const done = await init(machine, '--yes');
    expect(done).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('spark-dev run sparkpi') as string });
    const { node, spark } = machine.parts;
    expect(machine.changes()[0]).toMatch(
      /^docker volume create .*--label=io.spark-dev.home=[0-9a-f-]{36} .*spark-dev$/,
    );
    expect(machine.changes()[1]).toBe(
      `minikube start -p spark-dev --driver=docker --container-runtime=docker --keep-context --force --base-image=${node.reference} ` +
        '--kubernetes-version=v1.34.4 --preload=false --cpus=3 --memory=6144mb --extra-config=kubelet.system-reserved=cpu=1,memory=10240Mi --interactive=false --output=json',
    );
    expect(machine.changes().slice(2).sort()).toEqual([
      'docker exec spark-dev nslookup -timeout=1 -retry=0 kubernetes.default.svc.cluster.local 10.96.0.10',
      `docker load --input /data/images/${spark.tar.replace(/^.*\//, '')}`,
      `docker tag ${spark.reference} spark-dev/spark:current`,
      `kubectl --kubeconfig=/data/kubeconfig --context=spark-dev apply --kustomize=${machine.parts.rights.folder}`,
      'kubectl --kubeconfig=/data/kubeconfig --context=spark-dev apply --server-side --force-conflicts --field-manager=spark-dev --filename=-',
    ]);
    expect(machine.state.record).toMatchObject({
      sparkImage: spark.reference,
      sparkVersion: '4.3.0',
      kubernetesVersion: 'v1.34.4',
    });
    const kubeconfig = readFileSync(userKubeconfig(machine), 'utf8');
    expect(kubeconfig.startsWith(theirs)).toBe(true);
    expect(kubeconfig).toContain('name: "spark-dev"');
  });

  it('has nothing to do the second time and changes nothing', async () => {
    const machine = await createFakeMachine({ profile: 'absent', objects: false, sparkImageInCluster: false });
    await init(machine, '--yes');
    const before = machine.changes().length;
    const again = await init(machine, '--yes', '--json');
    expect(readResult(again.stdout)).toMatchObject({ changed: [] });
    expect(machine.changes().slice(before)).toEqual([]);
  });

  it('gives minikube and every child its own home and kubeconfig', async () => {
    const machine = await createFakeMachine({ profile: 'absent', objects: false, sparkImageInCluster: false });
    await init(machine, '--yes');
    const { data } = machine.host.directories;
    const start = machine.host.runner.calls.find(({ argv }) => argv[1] === 'start');
    expect(start?.options.env).toMatchObject({
      MINIKUBE_HOME: join(data, 'minikube'),
      KUBECONFIG: join(data, 'kubeconfig'),
      MINIKUBE_WANTUPDATENOTIFICATION: 'false',
    });
    const load = machine.host.runner.calls.find(({ argv }) => argv[1] === 'load');
    expect(load?.options.env).toMatchObject({ DOCKER_HOST: 'tcp://192.168.49.2:2376' });
  });

  it('lays the control plane where minikube looks before it would download', async () => {
    const machine = await createFakeMachine({ profile: 'absent' });
    await init(machine, '--yes');
    const cache = join(machine.host.directories.data, 'minikube/.minikube/cache');
    expect(readdirSync(join(cache, 'linux/amd64/v1.34.4')).sort()).toEqual(['kubeadm', 'kubectl', 'kubelet']);
    expect(readdirSync(join(cache, 'images/amd64/registry.k8s.io'))).toContain('kube-apiserver_v1.34.4');
  });
});

describe('init converges', () => {
  it('a cluster that is stopped is started with the size that it has', async () => {
    const machine = await createFakeMachine({ profile: 'stopped' });
    expect((await init(machine, '--yes')).exitCode).toBe(0);
    expect(machine.changes()[0]).toMatch(/^minikube start -p spark-dev .*--preload=false --interactive=false/);
  });

  it.each(['orphaned', 'broken'] as const)('one that is %s is set up again over its data', async (profile) => {
    const machine = await createFakeMachine({ profile });
    const { reference } = machine.parts.node;
    const forget = `docker run --rm --network none --volume spark-dev:/var --entrypoint rm ${reference} -f /var/tmp/minikube/kubeadm.yaml`;
    expect((await call(['init', '--dry-run'], { host: machine.host })).stdout).toContain(forget);
    expect((await init(machine, '--yes')).exitCode).toBe(0);
    expect(machine.changes().slice(0, 2)).toEqual([forget, expect.stringMatching(/^minikube start/) as string]);
  });

  it('a paused one is woken', async () => {
    const machine = await createFakeMachine({ profile: 'paused' });
    await init(machine, '--yes');
    expect(machine.changes()[0]).toBe('minikube unpause -p spark-dev');
  });

  it('an interrupted one goes on where it was', async () => {
    const machine = await createFakeMachine({ objects: true, record: undefined, sparkImageInCluster: false });
    await init(machine, '--yes');
    expect(machine.changes().some((line) => line.startsWith('minikube start'))).toBe(false);
    expect(machine.state.record).toBeDefined();
  });

  it('after a reboot starts Docker first, and then plans again', async () => {
    const machine = await createFakeMachine({ docker: 'absent', profile: 'stopped' });
    expect((await init(machine, '--yes')).exitCode).toBe(0);
    expect(machine.host.runner.detached.map((argv) => argv[0])).toEqual(['/usr/bin/dockerd']);
    expect(machine.host.ui.lines).toContain('✓ Start Docker');
    expect(machine.changes()[0]).toMatch(/^minikube start/);
    expect(machine.state.record).toBeDefined();
  });

  it('a tool that is gone is built, and its failure is the error, not what was stopped for it', async () => {
    const machine = await createFakeMachine(
      { profile: 'stopped' },
      {
        programs: ['list', 'build'].map((verb) => ({
          argv: ['/usr/bin/go', verb],
          exitCode: 1,
          stderr: 'no such module',
        })),
      },
    );
    for (const path of Object.values(machine.parts.tools.get('kubernetes')?.binaries ?? {})) rmSync(path);
    const failed = await init(machine, '--yes', '--json');
    expect(readError(failed.stdout)).toMatchObject({
      code: expect.stringMatching(/BUILD_FAILED|DOWNLOAD_FAILED/) as string,
      what: expect.stringContaining('kubernetes') as string,
    });
    expect(machine.changes().some((line) => line.startsWith('minikube start'))).toBe(false);
  });

  it.each(['stopped', 'running'] as const)('brings one that is %s to the size asked for', async (profile) => {
    const machine = await createFakeMachine({ profile });
    const shown = await call(['init', '--dry-run', '--memory', '9g'], { host: machine.host });
    expect(shown.stdout).toContain('docker update --cpus 2 --memory 9216m --memory-swap 9216m spark-dev');
    expect(machine.changes()).toEqual([]);
    const done = await init(machine, '--yes', '--memory', '9g', '--json');
    expect((readResult(done.stdout) as { changed: string[] }).changed.slice(0, 2)).toEqual(['limit', 'profile']);
    expect(machine.changes()[0]).toBe('docker update --cpus 2 --memory 9216m --memory-swap 9216m spark-dev');
    expect(machine.node).toMatchObject({ limit: { cpus: 2, memoryMb: 9216 }, kubelet: 'cpu=2,memory=7168Mi' });
  });

  it.each(['paused', 'broken', 'orphaned'] as const)('one that is %s too, when it is up', async (profile) => {
    const machine = await createFakeMachine({ profile });
    expect((await init(machine, '--yes', '--memory', '9g')).exitCode).toBe(0);
    expect(machine.node).toMatchObject({ limit: { cpus: 2, memoryMb: 9216 }, kubelet: 'cpu=2,memory=7168Mi' });
  });

  it('leaves the size alone where nobody asks for one', async () => {
    const machine = await createFakeMachine({ profile: 'stopped' });
    machine.node.limit = { cpus: 4, memoryMb: 8192 };
    await init(machine, '--yes');
    expect(machine.changes().some((line) => line.startsWith('docker update'))).toBe(false);
  });
});

describe('init asks first', () => {
  it('--dry-run shows exact commands and changes nothing', async () => {
    const machine = await createFakeMachine({ profile: 'absent', objects: false, sparkImageInCluster: false });
    const shown = await call(['init', '--dry-run'], { host: machine.host });
    expect(shown.exitCode).toBe(0);
    expect(shown.stdout).toContain('/usr/bin/minikube start -p spark-dev');
    expect(machine.changes()).toEqual([]);
    expect(existsSync(userKubeconfig(machine))).toBe(false);
  });

  it('without a terminal and without --yes it names --yes and changes nothing', async () => {
    const machine = await createFakeMachine({ profile: 'stopped' });
    const refused = await init(machine, '--json');
    expect(refused.exitCode).toBe(9);
    expect(readError(refused.stdout)).toMatchObject({
      code: 'NON_INTERACTIVE',
      fix: [expect.stringContaining('--yes')],
    });
    expect(machine.changes()).toEqual([]);
  });

  it('a no is a no', async () => {
    const machine = await createFakeMachine({ profile: 'stopped' }, { confirms: false });
    expect(await init(machine)).toMatchObject({ exitCode: 3 });
    expect(machine.changes()).toEqual([]);
  });
});
