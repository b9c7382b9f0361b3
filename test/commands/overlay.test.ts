import { existsSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFakeCluster } from '../fakes/fake-kube.js';
import { createFakeHost, type FakeHost } from '../fakes/fake-host.js';
import type { Scripted } from '../fakes/fake-runner.js';
import { createFakeMachine, recorded } from '../fakes/fake-machine.js';
import { call } from '../worlds/call.js';
import { kubectl, project, rendered } from '../worlds/project.js';
import { readError, readResult } from '../worlds/envelope.js';

const folderIn = (host: FakeHost): string => join(host.directories.working, '.spark-dev/overlay/sparkpi');

async function ejected(): Promise<{ readonly host: FakeHost; readonly folder: string }> {
  const host = project();
  expect((await call(['overlay', 'eject', 'sparkpi'], { host })).exitCode).toBe(0);
  return { host, folder: folderIn(host) };
}

const run = ['run', 'sparkpi', '--lang', 'python', '--target', 'cluster', '--dry-run', '--json'];

/** What `run` would do in a project of which the cluster is up. */
async function planRun(
  prepare: (folder: string) => void,
  kustomize: Partial<Scripted> = { stdout: rendered },
): Promise<Awaited<ReturnType<typeof call>>> {
  const record = { sparkImage: 'spark-dev/spark:4.3.0-abc', sparkVersion: '4.3.0' };
  const { host } = await createFakeMachine(
    { record },
    {
      kube: () => Promise.resolve(createFakeCluster().kube),
      programs: [{ ...kustomize, argv: ['/usr/bin/kubectl', 'kustomize'] }],
    },
  );
  await call(['overlay', 'eject', 'sparkpi'], { host });
  prepare(folderIn(host));
  return call(run, { host });
}

describe('overlay eject', () => {
  it('writes ours beside spark-dev.yaml, whatever folder one is in, and nothing the second time', async () => {
    const host = project();
    writeFileSync(join(host.directories.working, 'spark-dev.yaml'), 'version: 1\n');
    const below = join(host.directories.working, 'src/deep');
    mkdirSync(below, { recursive: true });
    const inside = { ...host, directories: { ...host.directories, working: below } };
    const { stdout } = await call(['overlay', 'eject', 'sparkpi', '--json'], { host: inside });
    expect(readResult(stdout)).toMatchObject({ action: 'ejected', folder: folderIn(host) });
    const ours = readFileSync(join(host.directories.package, 'kustomize/run/submit-job.yaml'), 'utf8');
    expect(readFileSync(join(folderIn(host), 'submit-job.yaml'), 'utf8')).toBe(ours);
    const again = await call(['overlay', 'eject', 'sparkpi', '--json'], { host: inside });
    expect(readResult(again.stdout)).toMatchObject({ action: 'nothing' });
  });

  it('writes what Skaffold alone needs for a Python file, and says why there is none for others', async () => {
    const host = project();
    const { working } = host.directories;
    writeFileSync(join(working, 'spark-dev.yaml'), 'version: 1\napps: { etl: { path: jobs/etl.py, args: [$2] } }\n');
    mkdirSync(join(working, 'jobs'));
    writeFileSync(join(working, 'jobs/etl.py'), 'print(1)\n');
    const { stdout } = await call(['overlay', 'eject', 'etl'], { host });
    expect(stdout).toContain(`skaffold dev -f ${join(working, '.spark-dev/skaffold/etl/skaffold.yaml')}`);
    const read = (path: string): string => readFileSync(join(working, '.spark-dev/skaffold/etl', path), 'utf8');
    expect(read('skaffold.yaml')).toContain('paths:\n      - client\n');
    expect(read('cluster/kustomization.yaml')).toContain('- ../../../overlay/etl\n');
    expect(read('cluster/kustomization.yaml')).toContain('- ../../../../jobs/etl.py\n');
    // the pod of the driver expands it a second time
    expect(read('cluster/kustomization.yaml')).toContain('- $$$$2\n');
    expect(read('client/kustomization.yaml')).toContain('- $$2\n');
    writeFileSync(join(working, 'jobs/beside.py'), '');
    writeFileSync(join(working, 'jobs/etl.py'), 'import beside\n');
    expect((await call(['overlay', 'eject', 'etl'], { host })).stdout).toContain('because it needs pyFiles');
    expect((await call(['overlay', 'eject', 'sparkpi'], { host })).stdout).toContain('because it is not a Python file');
  });

  it('writes no secret into a project that others read', async () => {
    const host = project();
    const { working } = host.directories;
    writeFileSync(join(working, 'etl.py'), 'print(1)\n');
    const conf = '{ spark.hadoop.fs.s3a.secret.key: hidden }';
    writeFileSync(join(working, 'spark-dev.yaml'), `version: 1\napps: { etl: { path: etl.py, conf: ${conf} } }\n`);
    expect((await call(['overlay', 'eject', 'etl'], { host })).stdout).toContain('because its settings hold a secret');
    expect(existsSync(join(working, '.spark-dev/skaffold'))).toBe(false);
  });

  it('writes nothing with --dry-run', async () => {
    const host = project();
    const { stdout } = await call(['overlay', 'eject', 'sparkpi', '--dry-run'], { host });
    expect(stdout).toContain('--- # submit-job.yaml');
    expect(existsSync(join(host.directories.working, '.spark-dev'))).toBe(false);
  });

  it('does not write over the changes of a person without asking, and names them', async () => {
    const { host, folder } = await ejected();
    writeFileSync(join(folder, 'settings.yaml'), '# mine\n');
    writeFileSync(join(folder, 'more.yaml'), '# mine too\n');
    const unasked = await call(['overlay', 'eject', 'sparkpi', '--json'], { host });
    expect([unasked.exitCode, readError(unasked.stdout).what]).toEqual([
      9,
      `Cannot ask: Your changes to settings.yaml would be lost, and your more.yaml would be removed in ${folder}. Overwrite with the built-in files?`,
    ]);
    const declined = { ...host, ui: { ...host.ui, interactive: true, confirm: () => Promise.resolve(false) } };
    expect((await call(['overlay', 'eject', 'sparkpi'], { host: declined })).exitCode).toBe(3);
    expect(readFileSync(join(folder, 'settings.yaml'), 'utf8')).toBe('# mine\n');
    expect((await call(['overlay', 'eject', 'sparkpi', '--yes'], { host })).exitCode).toBe(0);
    expect(existsSync(join(folder, 'more.yaml'))).toBe(false);
  });

  it('neither reads nor writes outside the project', async () => {
    const host = project();
    const elsewhere = mkdtempSync(join(tmpdir(), 'spark-dev-elsewhere-'));
    mkdirSync(join(host.directories.working, '.spark-dev'));
    symlinkSync(elsewhere, join(host.directories.working, '.spark-dev/overlay'));
    const { exitCode, stdout } = await call(['overlay', 'eject', 'sparkpi', '--json'], { host });
    expect([exitCode, readError(stdout).what]).toEqual([
      2,
      `${join(host.directories.working, '.spark-dev/overlay')} points outside the project`,
    ]);
    expect(existsSync(join(elsewhere, 'sparkpi'))).toBe(false);
  });

  it('does not write through a link that lies in the overlay', async () => {
    const { host, folder } = await ejected();
    const target = join(host.directories.working, 'precious.yaml');
    writeFileSync(target, '# precious\n');
    symlinkSync(target, join(folder, 'link.yaml'));
    expect((await call(['overlay', 'eject', 'sparkpi', '--yes'], { host })).exitCode).toBe(0);
    expect(readFileSync(target, 'utf8')).toBe('# precious\n');
  });

  it('says what is in the way', async () => {
    const host = project();
    mkdirSync(join(folderIn(host), '..'), { recursive: true });
    writeFileSync(folderIn(host), '');
    const { exitCode, stderr } = await call(['overlay', 'eject', 'sparkpi'], { host });
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('sparkpi is not a folder')]);
  });
});

describe('a run with an ejected overlay', () => {
  it('uses it, and says so', async () => {
    const { stdout, host } = await planRun((folder) => {
      const path = join(folder, 'submit-job.yaml');
      writeFileSync(path, readFileSync(path, 'utf8').replace('backoffLimit: 0', 'backoffLimit: 0 # mine'));
    });
    const { files } = readResult(stdout) as unknown as { files: { generated: Record<string, string> } };
    expect(files.generated['overlay/base/submit-job.yaml']).toContain('backoffLimit: 0 # mine');
    expect(host.ui.lines.join('\n')).toContain('Using your ejected overlay: ');
  });

  it.each<[string, (folder: string) => void, string]>([
    [
      'a link out of it',
      (folder) => {
        symlinkSync('/etc/hostname', join(folder, 'host.yaml'));
      },
      'host.yaml:1 is a link that points outside the overlay',
    ],
    [
      'a circle of links',
      (folder) => {
        symlinkSync(folder, join(folder, 'again'));
      },
      'again:1 is a link to a folder',
    ],
  ])('refuses %s before kustomize is asked', async (_what, spoil, why) => {
    const { exitCode, stdout, host } = await planRun(spoil);
    expect(exitCode).toBe(2);
    expect(readError(stdout)).toMatchObject({ code: 'CONFIG_INVALID', why: expect.stringContaining(why) as string });
    expect(host.runner.calls.filter(({ argv }) => argv.includes('kustomize'))).toEqual([]);
  });

  it('refuses what kustomize refuses, in its words and with the path of the own file', async () => {
    const path = { folder: '' };
    const { exitCode, stdout } = await planRun((folder) => {
      path.folder = folder;
      writeFileSync(join(folder, 'a.yaml'), 'apiVersion: v1\nkind: [\n');
    }, recorded('kustomize/broken-yaml'));
    expect(exitCode).toBe(2);
    expect(readError(stdout)).toMatchObject({
      code: 'CONFIG_INVALID',
      why: `${join(path.folder, 'a.yaml')}:2 did not find expected node content`,
      fix: [`Fix it in ${path.folder}`, expect.stringMatching(/^spark-dev overlay eject sparkpi /) as string],
    });
  });

  it('names the folder of the user where kustomize names the one that it was given', async () => {
    const { stderr = '', exitCode } = recorded('kustomize/missing-file');
    const { stdout } = await planRun(() => undefined, {
      answers: ([, , folder = '']) => ({ exitCode, stderr: stderr.replaceAll('FOLDER', folder) }),
    });
    expect(readError(stdout).why).toMatch(
      /overlay\/sparkpi\/kustomization\.yaml nowhere\.yaml: no such file or directory$/,
    );
  });

  it('refuses one without the Job that a run starts', async () => {
    const { stdout } = await planRun(() => undefined, { stdout: rendered.split('---')[0] ?? '' });
    expect(readError(stdout).why).toContain('kustomization.yaml does not contain Job submit, which every run changes');
  });

  it('refuses a target that matches nothing, which kustomize leaves out without a word', async () => {
    const { stdout } = await planRun((folder) => {
      const patches = 'patches:\n  - target: { kind: Job, name: sbmit }\n    patch: "[]"\n';
      writeFileSync(join(folder, 'kustomization.yaml'), `resources: [settings.yaml, submit-job.yaml]\n${patches}`);
    });
    expect(readError(stdout).why).toContain('kustomization.yaml the target matches nothing: kind Job, name sbmit');
  });
});

describe('overlay list, show, render and diff', () => {
  it('tell ours from yours', async () => {
    const { host, folder } = await ejected();
    const { stdout } = await call(['overlay', 'list', '--json'], { host });
    expect(readResult(stdout)['overlays']).toContainEqual({
      app: 'sparkpi',
      from: 'examples',
      origin: 'ejected',
      folder,
    });
    // what verify runs lies among the examples too, and is no application
    expect(stdout).not.toContain('"verify"');
    expect(readError((await call(['overlay', 'show', 'verify', '--json'], { host })).stdout).code).toBe('APP_UNKNOWN');
    const shown = await call(['overlay', 'show', 'sparkpi'], { host });
    expect(shown.stdout).toMatch(/^--- # kustomization\.yaml\n/);
  });

  it('render by the real program, from a folder that is gone afterwards', async () => {
    const host = project();
    const dry = await call(['overlay', 'render', 'sparkpi', '--dry-run'], { host: project() });
    expect(existsSync(dry.stdout.trim().split(' ').at(-1) ?? '')).toBe(true);
    const { stdout } = await call(['overlay', 'render', 'sparkpi'], { host });
    expect(stdout).toBe(`${rendered}\n`);
    const folder = host.runner.calls.at(-1)?.argv[2] ?? '';
    expect(existsSync(folder)).toBe(false);
  });

  it('compare what ours and yours come to', async () => {
    const host = createFakeHost({ programs: [...kubectl, { argv: ['diff'], stdout: '-a\n+b', exitCode: 1 }] });
    expect((await call(['overlay', 'diff', 'sparkpi'], { host })).stdout).toContain('uses the built-in overlay');
    await call(['overlay', 'eject', 'sparkpi'], { host });
    expect((await call(['overlay', 'diff', 'sparkpi'], { host })).stdout).toBe('-a\n+b\n');
  });

  it.each(['show', 'render', 'diff', 'eject'])('%s names the nearest application', async (verb) => {
    const { exitCode, stdout } = await call(['overlay', verb, 'sparkpy', '--json'], { host: project() });
    expect([exitCode, readError(stdout)]).toMatchObject([2, { code: 'APP_UNKNOWN', facts: { nearest: 'sparkpi' } }]);
    const sly = await call(['overlay', verb, '../../sparkpi', '--json'], { host: project() });
    expect(readError(sly.stdout).code).toBe('APP_UNKNOWN');
  });
});
