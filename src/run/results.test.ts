import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createJob } from '../../test/fakes/a-job.js';
import { createFakeHost } from '../../test/fakes/fake-host.js';
import { placeResults } from './results.js';

function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'spark-dev-results-'));

describe('placeResults', () => {
  it('puts new and carried paths in their place, without the parts that Spark replaced, and keeps the rest apart', async () => {
    const [working, results] = [newFolder(), newFolder()];
    write(working, {
      'out/part-1': 'old',
      'out/_SUCCESS': '',
      'out/README': 'mine',
      'in.csv': 'mine',
      'x.csv': 'mine',
    });
    const files = {
      'out/part-2': 'new',
      'out/_SUCCESS': '',
      'in.csv': 'theirs',
      'a/new.txt': 'new',
      'x.csv': 'copy',
      'job-1a2b.zip': '',
    };
    write(results, files);
    const told: string[] = [];
    const ui = {
      ...createFakeHost().ui,
      say: (line: string) => told.push(line),
      warn: (line: string) => told.push(line),
    };
    const job = createJob({
      working,
      data: [join(working, 'out')],
      files: [{ at: { where: 'here', path: '/data/x.csv' }, as: undefined }],
    });
    await placeResults({ ui }, job, results, ['job-1a2b.zip']);
    expect(existsSync(join(working, 'out/part-1'))).toBe(false);
    expect(readFileSync(join(working, 'out/part-2'), 'utf8')).toBe('new');
    expect(readFileSync(join(working, 'out/README'), 'utf8')).toBe('mine');
    expect(readFileSync(join(working, 'a/new.txt'), 'utf8')).toBe('new');
    expect(readFileSync(join(working, 'in.csv'), 'utf8')).toBe('mine');
    expect(readFileSync(join(working, 'x.csv'), 'utf8')).toBe('mine');
    expect(readFileSync(join(results, 'in.csv'), 'utf8')).toBe('theirs');
    expect(told).toEqual([
      'Written by the program: out/ (2 files), a/new.txt',
      `Already in ${working}, so kept in ${results} (with the newest 100 runs, up to 2 GB): in.csv`,
    ]);
  });
});

describe('pack-results.sh', () => {
  const script = fileURLToPath(new URL('../../kustomize/pods/pack-results.sh', import.meta.url));
  const pack = (folder: string, most: string): Buffer =>
    execFileSync('bash', [script, folder, most], { stdio: 'pipe' });

  it('packs what is newer than the start, and the whole of a folder that Spark finished', () => {
    const volume = newFolder();
    const work = join(volume, 'work');
    write(volume, { started: '' });
    const older = { 'data/in.csv': '', 'out/part-1': 'appended to' };
    const newer = {
      'größe 1.txt': '1',
      'out/_SUCCESS': '',
      'lost/_temporary/0/part': '',
      'spark-warehouse/t/part-1': '',
      'derby.log': '',
    };
    write(work, { ...older, ...newer });
    for (const name of Object.keys(older)) utimesSync(join(work, name), 1, 1);
    utimesSync(join(volume, 'started'), 2, 2);
    const names = execFileSync('tar', ['--list'], {
      input: pack(work, '1000000'),
      encoding: 'utf8',
      env: { LC_ALL: 'C.UTF-8', PATH: process.env['PATH'] },
    });
    expect(names.split('\n').filter(Boolean).sort()).toEqual(['./größe 1.txt', './out/_SUCCESS', './out/part-1']);
    expect(() => pack(work, '1')).toThrow(expect.objectContaining({ status: 3 }) as Error);
  });

  it('packs nothing where no driver started', () => {
    expect(pack(newFolder(), '1')).toHaveLength(0);
  });
});
