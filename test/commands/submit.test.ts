import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { call } from '../worlds/call.js';
import { readError, readResult } from '../worlds/envelope.js';
import { createNamespaceWorld, type NamespaceWorld } from '../worlds/namespace-world.js';
import { listenOnLoopback } from '../../src/kube/port-forward/local-port.js';

/** A project whose jobs run in another namespace than the one in use. */
async function projectWorld(): Promise<NamespaceWorld> {
  const world = await createNamespaceWorld();
  writeFileSync(join(world.machine.host.directories.working, 'spark-dev.yaml'), 'version: 1\nnamespace: team-a\n');
  return world;
}

describe('in a project that names its namespace', () => {
  it.each([
    'submit up',
    'submit down',
    'submit status',
    'submit exec sparkpi --lang python',
    'shell',
    'namespace check --api',
  ])('%s works there', async (words) => {
    const { machine } = await projectWorld();
    const { exitCode } = await call([...words.split(' '), '--dry-run'], { host: machine.host });
    expect(exitCode).toBe(0);
    // where init left its record is the same for all
    const asked = machine.host.runner.calls
      .filter(({ argv }) => !argv.includes('configmap'))
      // the account is called alike in every namespace
      .map(({ argv }) => argv.filter((_, index) => argv[index - 1] !== 'serviceaccount'));
    expect(asked.filter((argv) => argv.some((word) => /^--namespace=(?!team-a$)|^spark$/.test(word)))).toEqual([]);
    expect(asked.flat().filter((word) => /(^|=)team-a$/.test(word))).not.toEqual([]);
  });

  it('the flag goes before it', async () => {
    const { machine } = await projectWorld();
    const { stdout } = await call(['submit', 'status', '--namespace', 'spark', '--json'], { host: machine.host });
    expect(readResult(stdout)).toMatchObject({ state: 'down', namespace: 'spark' });
  });
});

describe('submit exec', () => {
  it.each([
    [['--executor-memory', '2g'], '--executor-memory cannot be combined'],
    [['--conf', 'spark.x=1', '--fit', 'shrink'], '--conf, --fit cannot be combined'],
    [['--namespace', 'team-a', '--ui-port', '4100'], 'There is nothing to submit'],
  ])('with a line of the own refuses what it would not heed: %j', async (flags, what) => {
    const line = flags.includes('--namespace') ? [] : ['--', '--class', 'A', 'local:///a.jar'];
    const { stdout } = await call(['submit', 'exec', ...flags, '--json', ...line]);
    expect(readError(stdout).what).toContain(what);
  });

  it('is strict about a port that was asked for, for a line too, before anything is brought up', async () => {
    const server = createServer();
    await listenOnLoopback(server, 0);
    const port = String((server.address() as AddressInfo).port);
    const { machine } = await projectWorld();
    const words = ['submit', 'exec', '--ui-port', port, '--yes', '--json', '--', '--class', 'A', 'local:///a.jar'];
    const { stdout } = await call(words, { host: machine.host });
    server.close();
    expect(readError(stdout).code).toBe('PORT_TAKEN');
  });

  it('says that a driver in the pod itself is not for it', async () => {
    const { machine } = await projectWorld();
    const file = join(machine.host.directories.working, 'spark-dev.yaml');
    writeFileSync(file, 'version: 1\nnamespace: team-a\napps: { etl: { path: etl.py, deployMode: client } }\n');
    writeFileSync(join(machine.host.directories.working, 'etl.py'), '');
    const { stderr } = await call(['submit', 'exec', 'etl', '--dry-run'], { host: machine.host });
    expect(stderr + machine.host.ui.lines.join('\n')).toContain('deployMode: client only works with spark-dev run');
  });

  it('hears all that run hears of a job', async () => {
    const { machine } = await projectWorld();
    const words = ['submit', 'exec', 'sparkpi', '--lang', 'python', '--conf', 'spark.master=x', '--files', '/nowhere'];
    const { stdout } = await call([...words, '--json'], { host: machine.host });
    expect(readError(stdout).why).toContain('--conf spark.master=x: cannot be set in conf');
    expect(readError(stdout).why).toContain('--files /nowhere: no such file: /nowhere');
  });
});

it('shell says how large its driver is, and takes another Spark', async () => {
  const { stdout } = await call(['shell', '--help']);
  expect(stdout.replace(/\s+/g, ' ')).toContain(
    '--driver-memory <size> heap of the driver, e.g. 2g (default 1g on a cluster)',
  );
  const { machine } = await projectWorld();
  const answer = await call(['shell', '--spark-version', '3.5.9', '--json', '--dry-run'], { host: machine.host });
  expect(readError(answer.stdout)).toMatchObject({ code: 'IMAGE_MISSING', facts: { version: '3.5.9' } });
});

it.each([
  [['shell', 'pyspark', '--dry-run'], 'spark-dev shell pyspark … --fit shrink', false],
  [['submit', 'exec', 'jobs/etl.py'], 'spark-dev submit exec jobs/etl.py … --fit shrink', true],
  [['run', 'jobs/etl.py', '--dry-run'], 'spark-dev run jobs/etl.py … --fit shrink', true],
])('what does not fit is advised in words that can be typed: %j', async (words, advice, canEmbed) => {
  const { machine } = await projectWorld();
  const { working } = machine.host.directories;
  mkdirSync(join(working, 'jobs'));
  writeFileSync(join(working, 'jobs/etl.py'), '');
  const { stdout } = await call([...words, '--num-executors', '40', '--json'], { host: machine.host });
  const { code, fix } = readError(stdout);
  expect(code).toBe('RESOURCES_SHORT');
  expect(fix.join('\n')).toContain(advice);
  expect(fix.includes('spark-dev run jobs/etl.py --target local')).toBe(canEmbed);
});

it('where the service is not up, the words that bring it up name the namespace', async () => {
  const { machine } = await projectWorld();
  const words = ['submit', 'exec', 'sparkpi', '--lang', 'python', '--fit', 'never', '--json'];
  const { stdout } = await call(words, { host: machine.host });
  expect(readError(stdout)).toMatchObject({ code: 'SERVICE_DOWN' });
  expect(readError(stdout).fix).toContain('spark-dev submit up --namespace team-a');
});
