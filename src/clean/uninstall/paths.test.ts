import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.js';
import { claimFolders } from '../../config/own-folders.js';
import { isOwnName, type OwnFolder } from '../../config/own-forms.js';
import { writeFolder } from '../../namespaces/apply-namespace.js';
import { describeFolder, describeRightsFolder } from '../../namespaces/plan-namespace.js';
import { listOwnPaths } from './paths.js';

const places = /\bdirectories\.(data|cache|state), '([^'$]+)'|\bjoin\((data|cache|state), '([^'$]+)'/g;

it('knows every folder that any part of the program makes', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts') && !path.startsWith('clean/'))
    .map((path) => readFileSync(join('src', path), 'utf8'));
  const made = files.flatMap((text) =>
    [...text.matchAll(places)].map(
      (match) => [match[1] ?? match[3], (match[2] ?? match[4] ?? '').replace(/-$/, '-aBcDeF')] as const,
    ),
  );
  expect(made.length).toBeGreaterThan(20);
  expect(made.filter(([kind, name]) => !isOwnName(kind as OwnFolder, name))).toEqual([]);
});

it('knows what the namespaces leave', async () => {
  const directories = { ...createFakeHost().directories, package: process.cwd() };
  await claimFolders(directories);
  for (const storage of ['standard', 'default'] as const)
    await writeFolder(await describeFolder(directories, `team-${storage}`, { storage, home: 'a-home' }));
  await writeFolder(await describeRightsFolder(directories, 'team-b'));
  const { own, foreign } = await listOwnPaths(directories);
  expect(foreign).toEqual([]);
  expect(own).toContain(join(directories.state, 'namespaces'));
});
