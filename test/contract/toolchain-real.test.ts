import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createHost } from '../../src/host.js';
import type { Host } from '../../src/ports/host.js';
import { startBuilds } from '../../src/toolchain/go/build-queue.js';
import { fetchModulesArgv, goEnv } from '../../src/toolchain/go/argv.js';
import { ensureGo, requiredGoVersion, type GoToolchain } from '../../src/toolchain/go/toolchain.js';
import { sourceTool, sourceTools } from '../../src/toolchain/source-tools.js';
import { moduleDirectory } from '../../src/toolchain/tool-directory.js';

const scratch = mkdtempSync(join(tmpdir(), 'spark-dev-toolchain-'));
const real = createHost({ verbosity: 0, yes: true, input: false });
const host: Host = { ...real, directories: { ...real.directories, data: scratch, state: scratch } };
let go: GoToolchain;

beforeAll(async () => {
  go = await ensureGo(host, await requiredGoVersion(host));
});

afterAll(() => {
  rmSync(scratch, { recursive: true });
});

it('passes the Go tests of the runtime wrapper', async () => {
  const module = moduleDirectory(host, sourceTool('oci-runtime'));
  const answer = await host.runner.run([go.path, 'test', '-C', module, '-count=1', './...'], { env: goEnv(host) });
  expect(answer.stdout).toMatch(/^ok /);
});

it.each(['SIGTERM', 'SIGINT'] as const)('builds a pause that ends well on %s', async (signal) => {
  const builds = startBuilds(host, [sourceTool('pause')], () => Promise.resolve(go));
  const pause = (await builds.get('pause'))?.binaries['pause'] ?? '';
  const child = spawn(pause, { stdio: 'ignore' });
  await once(child, 'spawn');
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(child.exitCode).toBeNull();
  child.kill(signal);
  expect(await once(child, 'exit')).toEqual([0, null]);
});

it.each(
  sourceTools.flatMap(
    ({ name }) =>
      [
        [name, 'amd64'],
        [name, 'arm64'],
      ] as const,
  ),
)('has the sums of all modules of %s on %s', async (name, arch) => {
  const argv = fetchModulesArgv(go.path, moduleDirectory(host, sourceTool(name)));
  const answer = await host.runner.run(argv, { env: { ...goEnv(host), GOARCH: arch, GOSUMDB: 'off' } });
  expect(answer.exitCode).toBe(0);
});
