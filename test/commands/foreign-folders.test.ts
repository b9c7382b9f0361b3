import { existsSync, readFileSync, symlinkSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { claimFolders } from '../../src/config/own-folders.js';
import { createFakeHost } from '../fakes/fake-host.js';
import { createFakeMachine } from '../fakes/fake-machine.js';
import { place } from '../fakes/private-kubeconfig.js';
import { call } from '../worlds/call.js';
import { readResult } from '../worlds/envelope.js';

it('a home whose cache and state are links into another home leaves them, and says so', async () => {
  const theirs = createFakeHost().directories;
  const { host } = await createFakeMachine(
    { profile: 'absent' },
    { bare: true, programs: [{ argv: ['du', '-sk'] }, { argv: ['docker', 'image', 'ls'] }] },
  );
  await claimFolders(theirs);
  const files = [join(theirs.cache, 'spark/4.3.0/a.jar'), join(theirs.state, 'runs/etl-260101000000-dead/tmp/shuffle')];
  for (const file of files) place(file, 'precious');
  for (const kind of ['cache', 'state'] as const) symlinkSync(theirs[kind], host.directories[kind]);
  await call(['clean', '--caches', '--runs', '--keep', '0', '--yes'], { host });
  const end = await call(['uninstall', '--yes', '--json'], { host });
  for (const file of files) expect(readFileSync(file, 'utf8')).toBe('precious');
  const marker = join(host.directories.cache, '.spark-dev');
  expect(readResult(end.stdout)['stays']).toContain(
    `${host.directories.cache}, which is marked for another home. If it belongs to this home: rm ${marker} && touch ${marker}`,
  );
});

describe('a SPARK_DEV_HOME that is a project', () => {
  const files = [
    'src/app.py',
    'data/tools/precious.txt',
    'data/recreate/notes.md',
    'data/images/logo.png',
    'cache/build/out.js',
    'cache/go/mod/x.go',
    'cache/downloads/a.bin',
    'state/logs/app.log',
    'state/runs/2026/metrics.csv',
    'state/runs/Trial 7-260101000000-dead/tmp/table.csv',
    'cache/look-and-feel/theme.css',
    'cache/downloads/film.mkv.part',
    'cache/downloads/go-mod/x.go',
    'data/images/disk.qcow2.partial',
    'data/tools/house/.building-plan/a.dwg',
  ];
  /** What removes half-made things looks at the age of these. */
  const old = [
    'cache/build/out.js',
    'cache/look-and-feel',
    'cache/downloads/film.mkv.part',
    'cache/downloads/go-mod',
  ].concat('data/images/disk.qcow2.partial', 'data/tools/house/.building-plan');

  it.each([
    'uninstall --yes',
    'uninstall --yes --force',
    'clean --yes',
    'clean --yes --caches --runs --keep 0',
    'init --yes --no-verify',
    'down --delete --yes',
    'run sparkpi --target local',
  ])('keeps every file after %s', async (line) => {
    const words = line.split(' ');
    const host = createFakeHost({ programs: [{ argv: ['du', '-sk'] }] });
    const root = dirname(host.directories.data);
    for (const file of files) place(join(root, file), 'precious');
    for (const file of old) utimesSync(join(root, file), 0, 0);
    const { exitCode } = await call(words, { host });
    for (const file of files) expect(readFileSync(join(root, file), 'utf8')).toBe('precious');
    if (words[0] === 'init' || words[0] === 'run') expect(exitCode).toBe(2);
  });

  it.each(['uninstall --yes', 'clean --yes --caches --runs --keep 0'])(
    'keeps every file that came after the marker, and names it, by %s',
    async (line) => {
      const machine = await createFakeMachine(
        { profile: 'absent' },
        { programs: [{ argv: ['du', '-sk'] }, { argv: ['docker', 'image', 'ls'] }] },
      );
      const { directories } = machine.host;
      const root = dirname(directories.data);
      await claimFolders(directories);
      const theirs = [...files, 'data/tools/house.sh', 'data/tools/minikube/my/notes.txt', 'state/logs/prod.log'];
      for (const file of theirs) place(join(root, file), 'precious');
      for (const file of old) utimesSync(join(root, file), 0, 0);
      const elsewhere = join(root, 'elsewhere');
      place(join(elsewhere, 'spark-0123456789ab.tar'), 'precious');
      symlinkSync(elsewhere, join(directories.cache, 'jars'));
      const made = [
        'cache/downloads/pyspark-4.3.0.tar.gz',
        'cache/go/build/0a/x',
        'state/runs/etl-260101000000-dead/run.json',
      ];
      for (const file of made) place(join(root, file), 'ours');
      const { stdout } = await call([...line.split(' '), '--json'], { host: machine.host });
      for (const file of theirs) expect(readFileSync(join(root, file), 'utf8'), file).toBe('precious');
      expect(made.filter((file) => existsSync(join(root, file)))).toEqual([]);
      expect(existsSync(join(elsewhere, 'spark-0123456789ab.tar'))).toBe(true);
      expect(existsSync(join(directories.cache, 'jars'))).toBe(true);
      if (line.startsWith('uninstall')) expect(stdout).toContain(`${directories.data}/images`);
    },
  );

  it('only below runs: other names than those of runs stay', async () => {
    const machine = await createFakeMachine(
      {},
      { programs: [{ argv: ['du', '-sk'] }, { argv: ['docker', 'image', 'ls'] }] },
    );
    const runs = join(machine.host.directories.state, 'runs');
    const [ours, theirs] = [join(runs, 'sparkpi-260101000000-dead', 'driver.log'), join(runs, '2026', 'metrics.csv')];
    for (const path of [ours, theirs]) place(path, 'text');
    const end = await call(['uninstall', '--yes', '--json'], { host: machine.host });
    expect(end.exitCode, end.stdout).toBe(0);
    expect([existsSync(ours), existsSync(theirs)]).toEqual([false, true]);
    expect(readResult(end.stdout)['stays']).toContain(`${runs}, which spark-dev did not make`);
  });
});
