import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { createFakeHost, type FakeHost } from '../../test/fakes/fake-host.js';
import type { Scripted } from '../../test/fakes/fake-runner.js';
import { findTool } from './find-tool.js';
import { sourceTool, type SourceToolName } from './source-tools.js';
import { toolDirectory } from './tool-directory.js';
import { describeRelease } from './upstream/install.js';
import { releases } from './upstream/pins.js';

async function build(host: FakeHost, name: SourceToolName): Promise<string> {
  const tool = sourceTool(name);
  const directory = await toolDirectory(host, tool);
  mkdirSync(directory, { recursive: true });
  for (const binary of tool.binaries) writeFileSync(join(directory, binary), '', { mode: 0o755 });
  return directory;
}

function minikube(version: string, known = '* v1.35.1\n* v1.34.4\n'): readonly Scripted[] {
  return [
    { argv: ['minikube'] },
    { argv: ['/usr/bin/minikube', 'version'], stdout: JSON.stringify({ commit: '', minikubeVersion: version }) },
    { argv: ['/usr/bin/minikube', 'config'], stdout: known },
  ];
}

function kubectl(gitVersion: string): readonly Scripted[] {
  const stdout = JSON.stringify({ clientVersion: { gitVersion }, kustomizeVersion: 'v5.5.0' });
  return [{ argv: ['kubectl'] }, { argv: ['/usr/bin/kubectl', 'version'], stdout }];
}

const skaffold = (stdout: string): readonly Scripted[] => [
  { argv: ['skaffold'] },
  { argv: ['/usr/bin/skaffold', 'version'], stdout },
];

it.each([
  ['minikube', minikube('v1.38.1'), 'v1.38.1'],
  ['minikube', minikube('v1.40.0'), 'v1.40.0'],
  ['skaffold', skaffold('v2.17.0'), 'v2.17.0'],
  ['kubectl', kubectl('v1.33.9'), 'v1.33.9'],
  ['kubectl', kubectl('v1.35.0-eks-1'), 'v1.35.0-eks-1'],
] as const)('uses the %s on PATH when it is good enough', async (name, programs, version) => {
  const host = createFakeHost({ programs });
  await build(host, name === 'kubectl' ? 'kubernetes' : name);
  expect(await findTool(host, name)).toEqual({ found: { path: `/usr/bin/${name}`, version, origin: 'path' } });
});

it.each([
  ['minikube', minikube('v1.36.0'), '/usr/bin/minikube is v1.36.0, older than v1.38.1'],
  [
    'minikube',
    minikube('v1.60.0', '* v1.55.0\n'),
    '/usr/bin/minikube is v1.60.0, which does not know Kubernetes v1.34.4',
  ],
  [
    'minikube',
    minikube('v1.60.0', '* v1.34.40\n'),
    '/usr/bin/minikube is v1.60.0, which does not know Kubernetes v1.34.4',
  ],
  ['minikube', [{ argv: ['minikube'] }], '/usr/bin/minikube does not report its version'],
  ['skaffold', skaffold('v2.9.0'), '/usr/bin/skaffold is v2.9.0, older than v2.16.1'],
  ['kubectl', kubectl('v1.32.4-dispatcher'), '/usr/bin/kubectl is v1.32.4-dispatcher, too far from Kubernetes v1.34.4'],
  ['kubectl', [], undefined],
] as const)('uses the built %s otherwise, and says why when there is none', async (name, programs, rejected) => {
  const host = createFakeHost({ programs });
  expect(await findTool(host, name)).toEqual({ found: undefined, rejected });
  const directory = await build(host, name === 'kubectl' ? 'kubernetes' : name);
  expect((await findTool(host, name)).found).toMatchObject({ path: join(directory, name), origin: 'managed' });
});

it("keeps out of the user's own homes, and asks for no updates", async () => {
  const host = createFakeHost({ programs: [...minikube('v1.38.1'), ...skaffold('v2.16.1')] });
  await findTool(host, 'minikube');
  await findTool(host, 'skaffold');
  expect(host.runner.calls.map(({ argv }) => argv[1])).toEqual(['version', 'config', 'version']);
  for (const { options } of host.runner.calls) {
    expect(options.env).toMatchObject({
      MINIKUBE_HOME: join(host.directories.data, 'minikube'),
      MINIKUBE_WANTUPDATENOTIFICATION: 'false',
      SKAFFOLD_UPDATE_CHECK: 'false',
    });
  }
});

it.each(['minikube', 'skaffold', 'kubectl'] as const)('finds the %s that was downloaded', async (name) => {
  const host = createFakeHost({ platform: { os: 'win32' } });
  const { path } = describeRelease(host, releases[name]);
  expect(await findTool(host, name)).toEqual({ found: undefined, rejected: undefined });
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '', { mode: 0o755 });
  expect(await findTool(host, name)).toEqual({ found: { path, version: releases[name].version, origin: 'managed' } });
  expect(path).toMatch(/\.exe$/);
});

it.each([
  ['a program', '\x7fELF', 1],
  ['a script, which may call another program each time', '#!/bin/sh', 2],
])('asks %s for its version again only when it may have changed', async (_title, content, asked) => {
  const path = join(mkdtempSync(join(tmpdir(), 'spark-dev-kubectl-')), 'kubectl');
  writeFileSync(path, content);
  const stdout = JSON.stringify({ clientVersion: { gitVersion: 'v1.34.4' } });
  const host = createFakeHost({ programs: [{ argv: [path, 'version'], stdout }] });
  const there = { ...host, runner: { ...host.runner, which: () => Promise.resolve(path) } };
  for (let time = 0; time < 2; time++)
    expect(await findTool(there, 'kubectl')).toMatchObject({ found: { version: 'v1.34.4' } });
  expect(host.runner.calls).toHaveLength(asked);
  writeFileSync(path, `${content} another`);
  await findTool(there, 'kubectl');
  expect(host.runner.calls).toHaveLength(asked + 1);
});
