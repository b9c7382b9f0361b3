import {
  file,
  flipped,
  hostOn,
  listFiles,
  program,
  sumOf,
  useReleaseServers,
} from '../../../test/fakes/release-world.js';
import { readFileSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { describeRelease, findRelease, installRelease } from './install.js';
import type { Release } from './pins.js';

const world = useReleaseServers();
const { releaseWith } = world;
const pinned = (): Release => releaseWith({ sha256: sumOf(program) });

describe('a release whose sum is pinned', () => {
  it('is there, executable, and nothing beside it', async () => {
    const host = hostOn();
    world.server.serve(file, { kind: 'content', bytes: program });
    const { path } = await installRelease(host, pinned());
    expect(readFileSync(path, 'utf8')).toBe(program);
    expect(statSync(path).mode & 0o777).toBe(0o755);
    expect(listFiles(host)).toEqual(['kubectl']);
    expect(await findRelease(host, pinned())).toEqual(describeRelease(host, pinned()));
    expect(world.server.asked).toEqual([file]);
  });

  it('is fetched once', async () => {
    const host = hostOn();
    world.server.serve(file, { kind: 'content', bytes: program });
    await installRelease(host, pinned());
    await installRelease(host, pinned());
    expect(world.server.asked).toHaveLength(1);
  });

  it('ends with .exe on Windows', async () => {
    const host = hostOn({ os: 'win32' });
    world.server.serve(file, { kind: 'content', bytes: program });
    expect((await installRelease(host, pinned())).path).toMatch(/kubectl\.exe$/);
  });

  it('is not installed with one byte flipped: set aside, fetched once more, refused', async () => {
    const host = hostOn();
    world.server.serve(file, { kind: 'content', bytes: flipped });
    await expect(installRelease(host, pinned())).rejects.toMatchObject({
      code: 'CHECKSUM_MISMATCH',
      exitCode: 4,
      facts: { expected: sumOf(program), found: sumOf(flipped) },
      fix: [expect.stringContaining('--source registries')],
    });
    expect(world.server.asked).toEqual([file, file]);
    expect(listFiles(host)).toEqual(['kubectl-v1.damaged']);
    expect(await findRelease(host, pinned())).toBeUndefined();
  });

  it('is installed when the second answer is right', async () => {
    const host = hostOn();
    world.server.serve(file, { kind: 'content', bytes: flipped }, { kind: 'content', bytes: program });
    expect(readFileSync((await installRelease(host, pinned())).path, 'utf8')).toBe(program);
    expect(listFiles(host)).toEqual(['kubectl', 'kubectl-v1.damaged']);
  });

  it.each([
    ['cut short', { kind: 'truncated', bytes: program, after: 700 }],
    ['missing', { kind: 'status', status: 404 }],
    ['refused', { kind: 'status', status: 403 }],
  ] as const)('leaves nothing when it is %s, and the next try succeeds', async (_name, answer) => {
    const host = hostOn();
    world.server.serve(file, answer, { kind: 'content', bytes: program });
    await expect(installRelease(host, pinned())).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED', exitCode: 4 });
    expect(listFiles(host)).toEqual([]);
    expect(readFileSync((await installRelease(host, pinned())).path, 'utf8')).toBe(program);
  });

  it('is given up when the server falls silent', async () => {
    const host = hostOn({}, 300);
    world.server.serve(file, { kind: 'hangs', bytes: program, after: 700 });
    await expect(installRelease(host, pinned())).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' });
    expect(listFiles(host)).toEqual([]);
  });

  it('leaves nothing when it is interrupted', async () => {
    const host = hostOn();
    world.server.serve(file, { kind: 'hangs', bytes: program, after: 700 }, { kind: 'content', bytes: program });
    const stop = new AbortController();
    const installing = installRelease(host, pinned(), { signal: stop.signal });
    while (world.server.asked.length === 0) await sleep(5);
    stop.abort(new Error('stopped'));
    // whichever answers first, the request or the write: either way it is no failed download
    await expect(installing).rejects.toThrow(/stopped|aborted/);
    expect(listFiles(host)).toEqual([]);
    await installRelease(host, pinned());
    expect(listFiles(host)).toEqual(['kubectl']);
  });

  it('is one whole file when two install it at once', async () => {
    const host = hostOn();
    world.server.serve(file, { kind: 'content', bytes: program });
    const both = await Promise.all([installRelease(host, pinned()), installRelease(host, pinned())]);
    expect(both.map(({ path }) => readFileSync(path, 'utf8'))).toEqual([program, program]);
    expect(listFiles(host)).toEqual(['kubectl']);
  });

  it('is not taken from where a redirect leads, unless that host is known', async () => {
    const host = hostOn();
    world.stranger.serve(file, { kind: 'content', bytes: program });
    world.server.serve(file, { kind: 'redirect', to: `${world.stranger.url}${file}` });
    await expect(installRelease(host, pinned())).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      why: expect.stringContaining(`it redirects to ${world.stranger.url}`) as string,
    });
    const known = releaseWith({ sha256: sumOf(program) }, [new URL(world.stranger.url).host]);
    expect(readFileSync((await installRelease(host, known)).path, 'utf8')).toBe(program);
  });
});

it('says which platforms there are where there is none for this one', async () => {
  const host = hostOn({ os: 'freebsd' });
  expect(await findRelease(host, pinned())).toBeUndefined();
  await expect(installRelease(host, pinned())).rejects.toMatchObject({
    code: 'PREREQUISITE_MISSING',
    why: 'This machine is freebsd on amd64; releases exist for linux/amd64, windows/amd64.',
  });
});
