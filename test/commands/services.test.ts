import { describe, expect, it } from 'vitest';
import { readHomeId } from '../../src/config/home-marker.js';
import type { Call } from '../worlds/call.js';
import { readError, readResult } from '../worlds/envelope.js';
import { createServicesWorld, type ServicesWorld } from '../worlds/services-world.js';

const resultOf = async (answer: Promise<Call>): Promise<unknown> => readResult((await answer).stdout);

describe('a third service, of one definition and one line in the list', () => {
  it('comes up, is found again, is left alone as it is, and goes', async () => {
    const { run, services, changes } = await createServicesWorld();
    expect(await resultOf(run('services up echo --json'))).toMatchObject({ action: 'up', state: 'ready' });
    expect(services.names()).toEqual(['service/echo', 'deployment/echo-front', 'deployment/echo-voice']);
    expect((await run('services list')).stdout).toMatch(/^echo +ready +spark +says again what it hears$/m);
    expect(await resultOf(run('services status --json'))).toMatchObject({
      services: [
        {
          name: 'echo',
          state: 'ready',
          pods: [{ name: 'echo-front-1' }, { name: 'echo-voice-1' }, { name: 'echo-voice-2' }],
          addresses: ['http://10.0.0.7:8099'],
        },
      ],
    });

    const before = changes().length;
    expect((await run('services up echo')).stdout).toContain('The echo service is unchanged');
    expect(changes()).toHaveLength(before);

    expect(await resultOf(run('services down echo --json'))).toEqual({
      action: 'down',
      namespace: 'spark',
      gone: true,
    });
    expect(services.names()).toEqual([]);
    expect((await run('services down echo')).stdout).toBe('The echo service is not up in namespace spark\n');
    expect((await run('services status')).stdout).toContain('No service is up in namespace spark');
  });

  it('is changed by its own flags, and loses what they no longer ask for', async () => {
    const { run, services, changes } = await createServicesWorld();
    await run('services up echo --loud');
    const { stdout } = await run('services up echo --voices 3 --dry-run');
    expect(stdout).toContain('# Start the echo service: deployment/echo-voice differs');
    expect(stdout).toMatch(/delete configmap\/echo --ignore-not-found/);
    expect(services.names()).toContain('configmap/echo');
    expect(await resultOf(run('services up echo --voices 3 --json'))).toMatchObject({ action: 'up' });
    expect(services.names()).not.toContain('configmap/echo');
    expect(services.cluster.pods()).toHaveLength(4);
    expect(changes().filter((line) => line.includes(' delete '))).toHaveLength(1);
  });

  it('opens on a local port until Ctrl-C, and stays up', async () => {
    const { run, services, machine } = await createServicesWorld(true);
    const down = await run('services open echo --json');
    expect(readError(down.stdout)).toMatchObject({ code: 'SERVICE_DOWN', fix: ['spark-dev services up echo'] });
    await run('services up echo');
    expect((await run('services open echo --dry-run')).stdout).toContain('port-forward pod/echo-front-1 ');
    const leaving = new AbortController();
    const visit = run('services open echo', leaving.signal);
    await expect.poll(() => machine.host.pages).toHaveLength(1);
    expect(await (await fetch(machine.host.pages[0] ?? '')).text()).toBe('echo-front-1');
    leaving.abort();
    await visit;
    expect(services.names()).toContain('deployment/echo-front');
  });
});

describe('what does not become ready', () => {
  it('is failing, and why', async () => {
    const { run, services } = await createServicesWorld();
    services.podState = { waiting: { reason: 'ErrImageNeverPull', message: 'Container image is not present' } };
    expect(readError((await run('services up echo --json')).stdout)).toMatchObject({ code: 'IMAGE_MISSING' });
    const why = expect.stringContaining('ErrImageNeverPull') as string;
    expect(await resultOf(run('services status echo --json'))).toMatchObject({ services: [{ state: 'failing', why }] });
    expect((await run('services open echo')).stderr).toContain('The echo service is failing');
  });

  it('is not waited for where its program ends again and again', async () => {
    const { run, services } = await createServicesWorld();
    services.podState = { waiting: { reason: 'CrashLoopBackOff' } };
    const error = readError((await run('services up echo --json')).stdout);
    expect(error).toMatchObject({ code: 'TOOL_FAILED' });
    expect(error.fix[0]).toMatch(/^kubectl --context spark-dev --namespace spark logs echo-\S+ --previous$/);
  });

  it('is starting while a person has scaled it to nothing, and up brings its pods back', async () => {
    const { run, services } = await createServicesWorld();
    await run('services up echo');
    services.scale('echo-voice', 0);
    expect((await run('services status echo')).stdout).toContain('why      echo-voice has no pod');
    expect(await resultOf(run('services up echo --json'))).toMatchObject({ action: 'up', state: 'ready' });
  });

  it('is starting', async () => {
    const { run, services } = await createServicesWorld();
    await run('services up echo');
    const [pod] = services.cluster.pods();
    services.cluster.putPod({ ...pod, status: { phase: 'Pending' } });
    expect((await run('services status echo')).stdout).toContain('The echo service is starting in namespace spark');
  });
});

describe('what this home did not make', () => {
  it('stays, and is not taken over', async () => {
    const { run, services, machine } = await createServicesWorld();
    await run('services up echo');
    expect(await readHomeId(machine.host.directories)).toBeDefined();
    const labels = {
      'app.kubernetes.io/managed-by': 'spark-dev',
      'spark-dev/service': 'echo',
      'spark-dev/home': 'other',
    };
    services.put({ kind: 'ConfigMap', metadata: { name: 'echo', namespace: 'spark', labels } });
    const error = readError((await run('services up echo --loud --json')).stdout);
    expect(error).toMatchObject({ code: 'IN_USE', facts: { object: 'configmap/echo' } });
    await run('services down echo');
    expect(services.names()).toEqual(['configmap/echo']);
  });

  it('is refused also where it does not carry our labels', async () => {
    const { run, services, changes } = await createServicesWorld();
    services.put({ kind: 'Service', metadata: { name: 'echo', namespace: 'spark' } });
    const error = readError((await run('services up echo --json')).stdout);
    expect(error).toMatchObject({ code: 'IN_USE', facts: { object: 'service/echo' } });
    expect(changes()).toEqual([]);
  });
});

it.each([
  ['services up ehco', 'Did you mean: spark-dev services up echo'],
  ['services down k9s', 'spark-dev services open k9s'],
  ['services open submit', 'spark-dev submit exec sparkpi'],
  ['services up submit --loud', 'Remove --loud'],
  ['services up submit --pod-memory much', 'spark-dev help'],
])('%s is a wrong call', async (line, fix) => {
  const { run } = await createServicesWorld();
  const { exitCode, stdout } = await run(`${line} --json`);
  expect(exitCode).toBe(2);
  expect(readError(stdout).fix).toContain(fix);
});

describe('the submit service', () => {
  it('keeps its memory, and is replaced only after asking where runs end with it', async () => {
    const { run, services } = await createServicesWorld(false);
    expect(await resultOf(run('submit up --pod-memory 3g --json'))).toMatchObject({ action: 'up', memoryMb: 3072 });
    expect(await resultOf(run('submit up --json'))).toMatchObject({ action: 'unchanged', memoryMb: 3072 });
    expect(await resultOf(run('services up submit --json'))).toMatchObject({ action: 'unchanged' });
    services.alive = 'line-7';
    const { exitCode } = await run('submit up --pod-memory 2g');
    expect(exitCode).toBe(3);
    expect((await run('services status submit')).stdout).toContain('run      line-7');
    expect((await run('services down submit')).exitCode).toBe(3);
    expect(services.names()).toEqual(['deployment/spark-dev-submit']);
    expect(await resultOf(run('submit down --yes --json'))).toMatchObject({ action: 'down', gone: true });
  });
});

describe('dashboard --with headlamp', () => {
  async function visit(world: ServicesWorld): Promise<readonly string[]> {
    const leaving = new AbortController();
    const left = world.run('dashboard --with headlamp --admin', leaving.signal);
    await expect.poll(() => world.machine.host.pages).toHaveLength(1);
    const names = world.services.names();
    leaving.abort();
    await left;
    return names;
  }

  it('brings it up for one visit', async () => {
    const world = await createServicesWorld(true);
    expect(await visit(world)).toContain('clusterrolebinding/spark-dev-headlamp-visitor-spark');
    expect(world.services.names()).toEqual([]);
    expect(world.machine.host.ui.lines.join('\n')).toContain('a-token');
  });

  it('leaves one up that was up before, and neither gives it rights nor takes them', async () => {
    const world = await createServicesWorld(true);
    await visit(world);
    await world.run('services up headlamp');
    expect(world.services.names()).toContain('rolebinding/headlamp-visitor');
    const refused = await world.run('dashboard --with headlamp --admin');
    expect(refused.stderr).toContain('[IN_USE]');
    await world.run('services up headlamp --admin');
    const { stdout } = await world.run('dashboard --with headlamp --dry-run');
    expect(stdout).not.toContain('delete');
    expect(world.services.names()).toContain('clusterrolebinding/spark-dev-headlamp-visitor-spark');
  });
});
