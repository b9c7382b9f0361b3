import { join } from 'node:path';
import { expect, it } from 'vitest';
import { format, resolveConfig } from 'prettier';
import { createFakeHost } from '../../test/fakes/fake-host.js';
import { planAppProject } from './skaffold-project.js';

const repository = join(import.meta.dirname, '..', '..');
const global = { output: 'text', yes: false, dryRun: false, context: undefined, provider: undefined } as const;
const input = { passthrough: [], global, signal: new AbortController().signal };

it('wrote the project of this repository (vitest --project unit skaffold-project -u writes it again)', async () => {
  const host = createFakeHost();
  const folder = 'kustomize/sparkpi';
  const from = join(host.directories.package, folder, 'client');
  const planned = await planAppProject(
    host,
    { ...input, args: ['sparkpi'], options: { lang: 'python' } },
    { base: '../../run', folder, from },
  );
  const style = await resolveConfig(join(repository, 'skaffold.yaml'));
  for (const [path, text] of Object.entries('files' in planned ? planned.files : {})) {
    await expect(await format(text, { ...style, parser: 'yaml' })).toMatchFileSnapshot(join(repository, path));
  }
  expect(planned).toHaveProperty('files');
});
