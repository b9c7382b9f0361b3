import { chmodSync, cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.js';
import { sourceTool } from './source-tools.js';
import { findBuiltTool, fingerprintTool, moduleDirectory, toolDirectory } from './tool-directory.js';

const minikube = sourceTool('minikube');

it('changes with a pin, a source, a stamp and the processor, and with nothing else', async () => {
  const copy = join(mkdtempSync(join(tmpdir(), 'spark-dev-pins-')), 'minikube');
  cpSync(moduleDirectory(createFakeHost(), minikube), copy, { recursive: true });
  const original = await fingerprintTool(copy, minikube, 'amd64');
  writeFileSync(join(copy, 'README.md'), 'words');
  writeFileSync(join(copy, 'libvirt', 'libvirt_test.go'), 'package libvirt');
  expect(await fingerprintTool(copy, minikube, 'amd64')).toBe(original);
  expect(await fingerprintTool(moduleDirectory(createFakeHost(), minikube), minikube, 'amd64')).toBe(original);

  const others = [
    await fingerprintTool(copy, minikube, 'arm64'),
    await fingerprintTool(copy, { ...minikube, stamps: {} }, 'amd64'),
  ];
  writeFileSync(join(copy, 'libvirt', 'more.go'), 'package libvirt');
  others.push(await fingerprintTool(copy, minikube, 'amd64'));
  writeFileSync(join(copy, 'go.sum'), '');
  others.push(await fingerprintTool(copy, minikube, 'amd64'));
  expect(new Set([original, ...others]).size).toBe(5);
});

it('finds a tool only when each of its binaries can be run', async () => {
  const host = createFakeHost();
  const tool = { ...sourceTool('pause'), binaries: ['one', 'two'] };
  const directory = await toolDirectory(host, tool);
  expect(await findBuiltTool(host, tool)).toBeUndefined();
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'one'), '', { mode: 0o755 });
  writeFileSync(join(directory, 'two'), '', { mode: 0o644 });
  expect(await findBuiltTool(host, tool)).toBeUndefined();
  chmodSync(join(directory, 'two'), 0o755);
  expect((await findBuiltTool(host, tool))?.binaries).toEqual({
    one: join(directory, 'one'),
    two: join(directory, 'two'),
  });
  expect(dirname(directory)).toBe(join(host.directories.data, 'tools', 'pause'));
});
