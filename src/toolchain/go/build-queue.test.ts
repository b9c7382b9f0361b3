import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createFakeHost, type FakeHost } from '../../../test/fakes/fake-host.js';
import type { Scripted } from '../../../test/fakes/fake-runner.js';
import type { Argv } from '../../ports/runner.js';
import { buildSlots, startBuilds } from './build-queue.js';
import { sourceTool } from '../source-tools.js';
import { moduleDirectory } from '../tool-directory.js';

const tools = (['pause', 'etcd', 'crictl'] as const).map(sourceTool);
const go = (): Promise<{ path: string }> => Promise.resolve({ path: 'go' });

function compiles(argv: Argv): void {
  if (!argv.includes('-o')) return;
  const directory = argv[argv.indexOf('-o') + 1] ?? '';
  for (const name of ['pause', 'server', 'crictl']) {
    writeFileSync(join(directory, name), '');
    chmodSync(join(directory, name), 0o755);
  }
}

function commandsOf(host: FakeHost): string[] {
  return host.runner.calls.map(({ argv }) => {
    const tool = tools.find((one) => argv[3] === moduleDirectory(host, one));
    const kind = argv.at(-1) === 'std' ? 'std' : argv.includes('-trimpath') ? (argv[1] ?? '') : 'fetch';
    return `${kind} ${tool?.name ?? '?'}`;
  });
}

const working: readonly Scripted[] = [{ argv: ['go', 'list'] }, { argv: ['go', 'build'], does: compiles }];

it('builds all, each fetched before it is compiled, the standard library once', async () => {
  const host = createFakeHost({ programs: working });
  const builds = startBuilds(host, tools, go);
  await Promise.all(builds.values());
  const commands = commandsOf(host);
  expect(commands.filter((line) => line.startsWith('std'))).toHaveLength(1);
  expect(commands).toContain('build pause');
  expect(commands.filter((line) => line.startsWith('fetch'))).toEqual(['fetch etcd', 'fetch crictl']);
  for (const { name } of tools.slice(1)) {
    expect(commands.indexOf(`fetch ${name}`)).toBeGreaterThanOrEqual(0);
    expect(commands.indexOf(`fetch ${name}`)).toBeLessThan(commands.indexOf(`build ${name}`));
  }
  expect(host.ui.lines.filter((line) => line.startsWith('✓')).sort()).toEqual([
    '✓ Build crictl v1.34.0',
    '✓ Build etcd v3.6.5',
    '✓ Build pause 1.0.0',
  ]);
});

it('asks for no Go when everything is built', async () => {
  const host = createFakeHost({ programs: working });
  await Promise.all(startBuilds(host, tools, go).values());
  const said = host.ui.lines.length;
  const again = startBuilds(host, tools, () => Promise.reject(new Error('asked for Go')));
  expect((await again.get('pause'))?.binaries['pause']).toMatch(/tools\/pause\/1\.0\.0-[0-9a-f]{12}\/pause$/);
  expect(host.ui.lines).toHaveLength(said);
});

it('gives every waiting tool the error of the first that failed', async () => {
  const host = createFakeHost({
    programs: [
      {
        argv: ['go', 'list', '-C', moduleDirectory(createFakeHost(), sourceTool('etcd'))],
        exitCode: 1,
        stderr: 'undefined: x',
      },
      ...working,
    ],
    platform: { memoryMb: 4000 },
  });
  const results = await Promise.allSettled(startBuilds(host, tools, go).values());
  for (const result of results.slice(1)) {
    expect(result).toMatchObject({
      status: 'rejected',
      reason: { code: 'BUILD_FAILED', what: 'etcd v3.6.5 could not be built' },
    });
  }
});

it('stops with the signal', async () => {
  const host = createFakeHost({ programs: working });
  const controller = new AbortController();
  controller.abort(new Error('stopped'));
  const results = await Promise.allSettled(startBuilds(host, tools, go, controller.signal).values());
  expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected', 'rejected']);
  expect(commandsOf(host).filter((line) => line.startsWith('build'))).toEqual([]);
});

it('builds one at a time on a small machine', () => {
  expect(buildSlots({ memoryMb: 4000 })).toBe(1);
  expect(buildSlots({ memoryMb: 16_000 })).toBe(2);
});
