import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.js';
import { requiredGoVersion } from './go/toolchain.js';
import { extraTools, sourceTools } from './source-tools.js';
import { moduleDirectory } from './tool-directory.js';

const host = createFakeHost();
const allTools = [...sourceTools, ...extraTools];
const goMod = (name: string): string => {
  const tool = allTools.find((one) => one.name === name);
  return tool === undefined ? '' : readFileSync(join(moduleDirectory(host, tool), 'go.mod'), 'utf8');
};

it.each(allTools.filter(({ name }) => !['oci-runtime', 'pause', 'storage-provisioner'].includes(name)))(
  'builds $name from the module of the version that it is called by',
  ({ name, version }) => {
    const required = /^require (\S+) (\S+)$/m.exec(goMod(name));
    expect(required?.[2]).toBe(version);
    expect(goMod(name)).toMatch(
      new RegExp(`^(tool |\\t)(spark-dev/toolchain/${name}|${required?.[1] ?? ''})(/|$)`, 'm'),
    );
  },
);

it.each(allTools)('names each binary of $name as go will', ({ name, binaries, builtAs }) => {
  const packages = [...goMod(name).matchAll(/^(?:tool |\t)([^\s(]+)$/gm)].map((match) => match[1] ?? '');
  const built = packages.map((path) => path.split('/').findLast((part) => !/^v\d+$/.test(part)));
  expect(binaries.map((binary) => builtAs?.[binary] ?? binary).sort()).toEqual(built.sort());
});

it('asks for the newest Go that any module needs', async () => {
  expect(await requiredGoVersion(host)).toBe('1.25.0');
});
