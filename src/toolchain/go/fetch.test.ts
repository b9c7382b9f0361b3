import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createStoredZip } from '../../../test/fakes/stored-zip.js';
import { hashModuleZip, unpackToolchainZip } from './fetch.js';

const prefix = 'golang.org/toolchain@v0.0.1-go1.26.8.linux-amd64/';

function writeZip(files: Readonly<Record<string, string>>): { zip: string; into: string } {
  const directory = mkdtempSync(join(tmpdir(), 'spark-dev-zip-'));
  const zip = join(directory, 'module.zip');
  writeFileSync(zip, createStoredZip(files));
  return { zip, into: join(directory, 'unpacked') };
}

const toolchain = {
  [`${prefix}bin/go`]: '#!/bin/sh\n',
  [`${prefix}src/_go.mod`]: 'module std\n',
  [`${prefix}VERSION`]: 'go1.26.8\n',
};

it('computes the sum that golang.org/x/mod computes, whatever the order in the archive', async () => {
  // the answer of dirhash.HashZip of golang.org/x/mod v0.25.0
  const expected = 'h1:7bh/UJG3EdUSFT9jTZE7d+s6dO05F4Bx/rX6PfoPLbM=';
  const backwards = Object.fromEntries(Object.entries(toolchain).reverse());
  expect(await hashModuleZip(writeZip(toolchain).zip)).toBe(expected);
  expect(await hashModuleZip(writeZip(backwards).zip)).toBe(expected);
  expect(await hashModuleZip(writeZip({ ...toolchain, [`${prefix}VERSION`]: 'go1.26.9\n' }).zip)).not.toBe(expected);
});

it('gives programs their exec bit and go.mod files their name', async () => {
  const { zip, into } = writeZip(toolchain);
  await unpackToolchainZip(zip, prefix, into);
  expect(statSync(join(into, 'bin', 'go')).mode & 0o777).toBe(0o755);
  expect(statSync(join(into, 'VERSION')).mode & 0o111).toBe(0);
  expect(readFileSync(join(into, 'src', 'go.mod'), 'utf8')).toBe('module std\n');
});

it('refuses what lies outside of the module', async () => {
  const foreign = writeZip({ 'golang.org/other@v1/bin/go': '' });
  await expect(unpackToolchainZip(foreign.zip, prefix, foreign.into)).rejects.toThrow('is not below');
  const climbing = writeZip({ [`${prefix}../../../evil`]: '' });
  await expect(unpackToolchainZip(climbing.zip, prefix, climbing.into)).rejects.toThrow();
});
