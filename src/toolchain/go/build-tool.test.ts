import { chmodSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.js';
import type { Scripted } from '../../../test/fakes/fake-runner.js';
import type { Argv } from '../../ports/runner.js';
import { buildLogFile, buildTool, fetchModules, explainBuildFailure } from './build-tool.js';
import { sourceTool } from '../source-tools.js';
import { moduleDirectory, toolDirectory } from '../tool-directory.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';

const etcd = sourceTool('etcd');

function compiles(argv: Argv): void {
  const output = join(argv[argv.indexOf('-o') + 1] ?? '', 'server');
  writeFileSync(output, 'a binary');
  chmodSync(output, 0o755);
}

const listed: Scripted = { argv: ['go', 'list'], stdout: '\na\nb\n\nc' };
const builds: Scripted = { argv: ['go', 'build'], stderr: 'a\n# warning\nc', does: compiles };

it('builds a static binary from the pins, counts what it compiles, and renames it', async () => {
  const host = createFakeHost({ programs: [listed, builds] });
  const seen: [string, number, number][] = [];
  const built = await buildTool(host, 'go', etcd, { onProgress: (...progress) => seen.push(progress) });
  expect(built.binaries['etcd']).toBe(join(await toolDirectory(host, etcd), 'etcd'));
  expect(readdirSync(built.directory)).toEqual(['etcd']);
  expect(statSync(built.directory).mode & 0o777).toBe(0o755);
  expect(readdirSync(dirname(built.directory)).filter((name) => !name.endsWith('.sizes'))).toHaveLength(1);
  expect(seen).toEqual([
    ['compiling', 0, 3],
    ['compiled a', 1, 3],
    ['compiled c', 2, 3],
  ]);
  const call = host.runner.calls.at(-1);
  expect(call?.argv.slice(0, 8)).toEqual([
    'go',
    'build',
    '-C',
    moduleDirectory(host, etcd),
    '-v',
    '-trimpath',
    '-buildvcs=false',
    '-ldflags',
  ]);
  expect(call?.argv[8]).toBe('-s -w -X go.etcd.io/etcd/api/v3/version.GitSHA=v3.6.5');
  expect(call?.options.logFile).toBe(buildLogFile(host, etcd));
  expect(call?.options.env).toMatchObject({
    CGO_ENABLED: '0',
    GOFLAGS: '-mod=readonly',
    GOTOOLCHAIN: 'local',
    GOARCH: 'amd64',
  });
});

it('starts nothing when it is built', async () => {
  const host = createFakeHost({ programs: [listed, builds] });
  const first = await buildTool(host, 'go', etcd);
  const before = host.runner.calls.length;
  expect(await buildTool(host, 'go', etcd)).toEqual(first);
  expect(host.runner.calls).toHaveLength(before);
});

it('leaves nothing of a failed build but its log', async () => {
  const host = createFakeHost({
    programs: [listed, { argv: ['go', 'build'], exitCode: 1, stderr: 'main.go:1:1: undefined: x' }],
  });
  await expect(buildTool(host, 'go', etcd)).rejects.toMatchObject({
    code: 'BUILD_FAILED',
    what: 'etcd v3.6.5 could not be built',
    why: 'main.go:1:1: undefined: x',
    log: buildLogFile(host, etcd),
  });
  expect(readdirSync(join(host.directories.data, 'tools', 'etcd'))).toEqual([]);
});

it('counts fetched modules against those in go.sum', async () => {
  const stderr = 'go: downloading a v1\ngo: downloading b v2';
  const host = createFakeHost({ programs: [{ argv: ['go', 'list'], stderr }] });
  const seen: [string, number, number][] = [];
  await fetchModules(host, 'go', etcd, { onProgress: (...progress) => seen.push(progress) });
  expect(seen.map(([note, count]) => [note, count])).toEqual([
    ['downloading a v1', 1],
    ['downloading b v2', 2],
  ]);
  expect(seen[0]?.[2]).toBeGreaterThan(50);
});

it('removes what a killed build left, but not a build beside it', async () => {
  const host = createFakeHost({ programs: [listed, builds] });
  const folder = join(host.directories.data, 'tools', 'etcd');
  const age = (name: string, hours: number): void => {
    mkdirSync(join(folder, name), { recursive: true });
    const seconds = host.clock.now() / 1000 - hours * 3600;
    utimesSync(join(folder, name), seconds, seconds);
  };
  age('.building-old', 4);
  age('.building-now', 1);
  const { directory } = await buildTool(host, 'go', etcd);
  expect(readdirSync(folder).sort()).toEqual(['.building-now', basename(directory), `${basename(directory)}.sizes`]);
});

it.each([
  ['write /home/me/.cache/go/x: no space left on device', 'DISK_FULL'],
  ['verifying module: checksum mismatch', 'CHECKSUM_MISMATCH'],
  ['Get "https://proxy.golang.org/x.zip": dial tcp: lookup proxy.golang.org: no such host', 'DOWNLOAD_FAILED'],
  ['reading https://proxy.example/k8s.io/api/@v/v0.34.4.zip: 403 Forbidden', 'DOWNLOAD_FAILED'],
  ['module lookup disabled by GOPROXY=off', 'DOWNLOAD_FAILED'],
  ['# k8s.io/kubernetes/cmd/kubelet\n./main.go:404:2: undefined: x', 'BUILD_FAILED'],
])('reads %s', (why, code) => {
  const error = explainBuildFailure(
    new SparkDevError('TOOL_FAILED', 'go failed', { why }),
    sourceTool('minikube'),
    '/log',
  );
  expect(error).toMatchObject({ code, log: '/log', why });
});

it('leaves an interruption and foreign errors alone', () => {
  const stopped = new SparkDevError('INTERRUPTED', 'go was interrupted');
  expect(explainBuildFailure(stopped, sourceTool('minikube'), '/log')).toBe(stopped);
  const bug = new TypeError('x');
  expect(explainBuildFailure(bug, sourceTool('minikube'), '/log')).toBe(bug);
});
