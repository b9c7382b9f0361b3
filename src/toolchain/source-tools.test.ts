import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.js';
import { requiredGoVersion } from './go/toolchain.js';
import { extraTools, sourceTools, compareVersions, majorOf, minorOf } from './source-tools.js';
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

it.each([
  ['1.25.0', '1.26.8', -1],
  ['v1.38.1', '1.38.1', 0],
  ['1.9.0', '1.10.0', -1],
  ['v2.16.1-12-gabc-dirty', 'v2.16.1', 0],
  ['1.32.4-dispatcher', '1.32.5', -1],
  ['1.26', '1.25.9', 1],
])('compares %s with %s', (left, right, sign) => {
  expect(Math.sign(compareVersions(left, right))).toBe(sign);
  expect(Math.sign(compareVersions(right, left)) + sign).toBe(0);
});

it('takes major and minor apart', () => {
  expect([majorOf('v1.34.4'), minorOf('v1.34.4')]).toEqual([1, 34]);
});
