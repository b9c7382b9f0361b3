import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFakeHost, type FakeHost } from '../../../test/fakes/fake-host.js';
import { startReleaseServer, type ReleaseServer } from '../../../test/fakes/release-server.js';
import { createUndiciHttp } from '../../adapters/undici-http.js';
import type { Platform } from '../../ports/host.js';
import { describeRelease, findRelease, installRelease } from './install.js';
import { lockFile } from './lock.js';
import type { Release, ReleasePin } from './pins.js';

const program = `#!/bin/sh\necho ${'right '.repeat(2000)}\n`;
const flipped = `${program.slice(0, 500)}X${program.slice(501)}`;
const file = '/v1/kubectl';
const sumFile = `${file}.sha256`;

let server: ReleaseServer;
let stranger: ReleaseServer;
beforeEach(async () => {
  [server, stranger] = await Promise.all([startReleaseServer(), startReleaseServer()]);
});
afterEach(async () => {
  await Promise.all([server.close(), stranger.close()]);
});

function hostOn(platform: Partial<Platform> = {}, silentForMs = 60_000): FakeHost {
  return {
    ...createFakeHost({ platform }),
    http: createUndiciHttp({}, { silentForMs, slowest: { bytes: 0, withinMs: 1000 } }),
  };
}

function releaseWith(pin: Partial<ReleasePin> = {}, redirectsTo: readonly string[] = []): Release {
  const full = { url: `${server.url}${file}`, sources: [], ...pin };
  return { name: 'kubectl', version: 'v1', redirectsTo, pins: { 'linux/amd64': full, 'windows/amd64': full } };
}

const pinned = (): Release => releaseWith({ sha256: sumOf(program) });

function sumOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Everything below data/tools and the download cache, so that leftovers show. */
function listFiles(host: FakeHost): readonly string[] {
  return [join(host.directories.data, 'tools'), join(host.directories.cache, 'downloads')].flatMap((folder) => {
    try {
      return readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && !entry.name.endsWith('.sizes'))
        .map(({ name }) => name);
    } catch {
      return [];
    }
  });
}

describe('a release whose sum is pinned', () => {
  it('is there, executable, and nothing beside it', async () => {
    const host = hostOn();
    server.serve(file, { kind: 'content', bytes: program });
    const { path } = await installRelease(host, pinned());
    expect(readFileSync(path, 'utf8')).toBe(program);
    expect(statSync(path).mode & 0o777).toBe(0o755);
    expect(listFiles(host)).toEqual(['kubectl']);
    expect(await findRelease(host, pinned())).toEqual(describeRelease(host, pinned()));
    expect(server.asked).toEqual([file]);
  });

  it('is fetched once', async () => {
    const host = hostOn();
    server.serve(file, { kind: 'content', bytes: program });
    await installRelease(host, pinned());
    await installRelease(host, pinned());
    expect(server.asked).toHaveLength(1);
  });

  it('ends with .exe on Windows', async () => {
    const host = hostOn({ os: 'win32' });
    server.serve(file, { kind: 'content', bytes: program });
    expect((await installRelease(host, pinned())).path).toMatch(/kubectl\.exe$/);
  });

  it('is not installed with one byte flipped: set aside, fetched once more, refused', async () => {
    const host = hostOn();
    server.serve(file, { kind: 'content', bytes: flipped });
    await expect(installRelease(host, pinned())).rejects.toMatchObject({
      code: 'CHECKSUM_MISMATCH',
      exitCode: 4,
      facts: { expected: sumOf(program), found: sumOf(flipped) },
      fix: [expect.stringContaining('--source registries')],
    });
    expect(server.asked).toEqual([file, file]);
    expect(listFiles(host)).toEqual(['kubectl-v1.damaged']);
    expect(await findRelease(host, pinned())).toBeUndefined();
  });

  it('is installed when the second answer is right', async () => {
    const host = hostOn();
    server.serve(file, { kind: 'content', bytes: flipped }, { kind: 'content', bytes: program });
    expect(readFileSync((await installRelease(host, pinned())).path, 'utf8')).toBe(program);
    expect(listFiles(host)).toEqual(['kubectl', 'kubectl-v1.damaged']);
  });

  it.each([
    ['cut short', { kind: 'truncated', bytes: program, after: 700 }],
    ['missing', { kind: 'status', status: 404 }],
    ['refused', { kind: 'status', status: 403 }],
  ] as const)('leaves nothing when it is %s, and the next try succeeds', async (_name, answer) => {
    const host = hostOn();
    server.serve(file, answer, { kind: 'content', bytes: program });
    await expect(installRelease(host, pinned())).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED', exitCode: 4 });
    expect(listFiles(host)).toEqual([]);
    expect(readFileSync((await installRelease(host, pinned())).path, 'utf8')).toBe(program);
  });

  it('is given up when the server falls silent', async () => {
    const host = hostOn({}, 300);
    server.serve(file, { kind: 'hangs', bytes: program, after: 700 });
    await expect(installRelease(host, pinned())).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' });
    expect(listFiles(host)).toEqual([]);
  });

  it('leaves nothing when it is interrupted', async () => {
    const host = hostOn();
    server.serve(file, { kind: 'hangs', bytes: program, after: 700 }, { kind: 'content', bytes: program });
    const stop = new AbortController();
    const installing = installRelease(host, pinned(), { signal: stop.signal });
    while (server.asked.length === 0) await sleep(5);
    stop.abort(new Error('stopped'));
    // whoever answers first, the request or the writing; either way it is no failed download
    await expect(installing).rejects.toThrow(/stopped|aborted/);
    expect(listFiles(host)).toEqual([]);
    await installRelease(host, pinned());
    expect(listFiles(host)).toEqual(['kubectl']);
  });

  it('is one whole file when two install it at once', async () => {
    const host = hostOn();
    server.serve(file, { kind: 'content', bytes: program });
    const both = await Promise.all([installRelease(host, pinned()), installRelease(host, pinned())]);
    expect(both.map(({ path }) => readFileSync(path, 'utf8'))).toEqual([program, program]);
    expect(listFiles(host)).toEqual(['kubectl']);
  });

  it('is not taken from where a redirect leads, unless that host is known', async () => {
    const host = hostOn();
    stranger.serve(file, { kind: 'content', bytes: program });
    server.serve(file, { kind: 'redirect', to: `${stranger.url}${file}` });
    await expect(installRelease(host, pinned())).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      why: expect.stringContaining(`it leads to ${stranger.url}`) as string,
    });
    const known = releaseWith({ sha256: sumOf(program) }, [new URL(stranger.url).host]);
    expect(readFileSync((await installRelease(host, known)).path, 'utf8')).toBe(program);
  });
});

describe('a release whose sum the vendor tells', () => {
  it.each([`${sumOf(program)}\n`, `${sumOf(program)}  kubectl\n`, sumOf(program).toUpperCase()])(
    'is compared with %j, which is kept',
    async (published) => {
      const host = hostOn();
      server.serve(file, { kind: 'content', bytes: program });
      server.serve(sumFile, { kind: 'content', bytes: published });
      await installRelease(host, releaseWith());
      expect(JSON.parse(readFileSync(lockFile(host), 'utf8'))).toEqual({
        version: 1,
        sha256: { [`${server.url}${file}`]: sumOf(program) },
      });
    },
  );

  it.each([
    ['missing', { kind: 'status', status: 404 }],
    ['a page', { kind: 'content', bytes: '<html>please log in</html>' }],
    ['a very long page', { kind: 'content', bytes: 'a'.repeat(1 << 20) }],
    ['empty', { kind: 'content', bytes: '' }],
    ['cut short', { kind: 'truncated', bytes: sumOf(program), after: 20 }],
  ] as const)('is not even asked for when the checksum is %s', async (_name, answer) => {
    const host = hostOn();
    server.serve(file, { kind: 'content', bytes: program });
    server.serve(sumFile, answer);
    await expect(installRelease(host, releaseWith())).rejects.toMatchObject({
      code: 'CHECKSUM_MISSING',
      exitCode: 4,
      facts: { url: `${server.url}${sumFile}` },
    });
    expect(server.asked).toEqual([sumFile]);
    expect(listFiles(host)).toEqual([]);
  });

  it('does not believe a checksum from elsewhere', async () => {
    stranger.serve(sumFile, { kind: 'content', bytes: sumOf(program) });
    server.serve(sumFile, { kind: 'redirect', to: `${stranger.url}${sumFile}` });
    await expect(installRelease(hostOn(), releaseWith())).rejects.toMatchObject({
      code: 'CHECKSUM_MISSING',
      why: expect.stringContaining('it leads to') as string,
    });
  });

  it('keeps no sum that the file did not have', async () => {
    const host = hostOn();
    server.serve(file, { kind: 'content', bytes: flipped });
    server.serve(sumFile, { kind: 'content', bytes: sumOf(program) });
    await expect(installRelease(host, releaseWith())).rejects.toMatchObject({ code: 'CHECKSUM_MISMATCH' });
    expect(() => readFileSync(lockFile(host))).toThrow();
  });

  describe('and was kept the first time', () => {
    async function installedOnce(): Promise<FakeHost> {
      const host = hostOn();
      server.serve(file, { kind: 'content', bytes: program });
      server.serve(sumFile, { kind: 'content', bytes: sumOf(program) });
      const { directory } = await installRelease(host, releaseWith());
      rmSync(directory, { recursive: true });
      return host;
    }

    it('is refused when the vendor later tells another, before anything is fetched', async () => {
      const host = await installedOnce();
      server.serve(file, { kind: 'content', bytes: flipped });
      server.serve(sumFile, { kind: 'content', bytes: sumOf(flipped) });
      await expect(installRelease(host, releaseWith())).rejects.toMatchObject({
        code: 'CHECKSUM_MISMATCH',
        facts: { expected: sumOf(program), found: sumOf(flipped) },
      });
      expect(server.asked.slice(2)).toEqual([sumFile]);
      expect(readFileSync(lockFile(host), 'utf8')).toContain(sumOf(program));
    });

    it('counts where the vendor tells none any more, and another file is refused by it', async () => {
      const host = await installedOnce();
      server.serve(sumFile, { kind: 'status', status: 404 });
      await installRelease(host, releaseWith());
      rmSync(dirname(describeRelease(host, releaseWith()).directory), { recursive: true });
      server.serve(file, { kind: 'content', bytes: flipped });
      await expect(installRelease(host, releaseWith())).rejects.toMatchObject({ code: 'CHECKSUM_MISMATCH' });
    });

    it('is not guessed from a broken lock', async () => {
      const host = await installedOnce();
      writeFileSync(lockFile(host), '{"version":1,"sha256":{"x":"short"}}');
      await expect(installRelease(host, releaseWith())).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    });
  });

  it('leaves the other lines of the lock alone', async () => {
    const host = hostOn();
    mkdirSync(dirname(lockFile(host)), { recursive: true });
    const others = { 'https://example.org/a': 'a'.repeat(64) };
    writeFileSync(lockFile(host), JSON.stringify({ version: 1, sha256: others }));
    server.serve(file, { kind: 'content', bytes: program });
    server.serve(sumFile, { kind: 'content', bytes: sumOf(program) });
    await installRelease(host, releaseWith());
    const { sha256 } = JSON.parse(readFileSync(lockFile(host), 'utf8')) as { sha256: Record<string, string> };
    expect(sha256).toMatchObject(others);
    expect(Object.keys(sha256)).toHaveLength(2);
  });
});

it('says which platforms there are where there is none for this one', async () => {
  const host = hostOn({ os: 'freebsd' });
  expect(await findRelease(host, pinned())).toBeUndefined();
  await expect(installRelease(host, pinned())).rejects.toMatchObject({
    code: 'PREREQUISITE_MISSING',
    why: 'It is freebsd on amd64; there are linux/amd64, windows/amd64.',
  });
});
