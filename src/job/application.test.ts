import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.js';
import { findApplication, unknownApplication } from './application.js';

const { directories } = createFakeHost();

describe('findApplication', () => {
  it('finds sparkpi in both languages, Scala first', async () => {
    expect(await findApplication(directories, 'sparkpi')).toMatchObject({ kind: 'scala', mainClass: 'SparkPi' });
    expect(await findApplication(directories, 'sparkpi', { lang: 'python' })).toMatchObject({
      name: 'sparkpi',
      kind: 'python',
      at: { where: 'here', path: join(directories.package, 'examples', 'sparkpi', 'sparkpi.py') },
    });
  });

  it('asks back for a misspelled name', async () => {
    await expect(findApplication(directories, 'sparkpy')).rejects.toMatchObject({
      code: 'APP_UNKNOWN',
      exitCode: 2,
      fix: ['Did you mean: spark-dev run sparkpi'],
    });
  });

  it.each(['; rm -rf /', '$(id)', '-rf', '../sparkpi', 'sparkpi/../sparkpi', 'a\nb', '🐘', 'x'.repeat(200), ''])(
    'takes %j for nothing but a name',
    async (name) => {
      await expect(findApplication(directories, name)).rejects.toMatchObject({ code: 'APP_UNKNOWN' });
    },
  );

  it('says so when a language is missing', async () => {
    const root = directories.working;
    mkdirSync(join(root, 'examples', 'only-python'), { recursive: true });
    writeFileSync(join(root, 'examples', 'only-python', 'main.py'), '');
    const own = { ...directories, package: root };
    expect(await findApplication(own, 'only-python')).toMatchObject({ kind: 'python' });
    await expect(findApplication(own, 'only-python', { lang: 'scala' })).rejects.toMatchObject({
      what: 'only-python has no form in scala',
    });
  });
});

it('names the first twenty of many applications', () => {
  const known = Array.from({ length: 9000 }, (_, n) => `app${String(n)}`);
  expect(unknownApplication('other', known).why).toMatch(/app19, and 8980 more$/);
});
