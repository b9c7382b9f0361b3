import {
  file,
  flipped,
  hostOn,
  listFiles,
  program,
  sumOf,
  useReleaseServers,
} from '../../../test/fakes/release-world.js';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type FakeHost } from '../../../test/fakes/fake-host.js';
import { describeRelease, installRelease, lockFile } from './install.js';

const sumFile = `${file}.sha256`;
const world = useReleaseServers();
const { releaseWith } = world;

describe('a release whose sum the vendor tells', () => {
  it.each([`${sumOf(program)}\n`, `${sumOf(program)}  kubectl\n`, sumOf(program).toUpperCase()])(
    'is compared with %j, which is kept',
    async (published) => {
      const host = hostOn();
      world.server.serve(file, { kind: 'content', bytes: program });
      world.server.serve(sumFile, { kind: 'content', bytes: published });
      await installRelease(host, releaseWith());
      expect(JSON.parse(readFileSync(lockFile(host), 'utf8'))).toEqual({
        version: 1,
        sha256: { [`${world.server.url}${file}`]: sumOf(program) },
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
    world.server.serve(file, { kind: 'content', bytes: program });
    world.server.serve(sumFile, answer);
    await expect(installRelease(host, releaseWith())).rejects.toMatchObject({
      code: 'CHECKSUM_MISSING',
      exitCode: 4,
      facts: { url: `${world.server.url}${sumFile}` },
    });
    expect(world.server.asked).toEqual([sumFile]);
    expect(listFiles(host)).toEqual([]);
  });

  it('does not believe a checksum from elsewhere', async () => {
    world.stranger.serve(sumFile, { kind: 'content', bytes: sumOf(program) });
    world.server.serve(sumFile, { kind: 'redirect', to: `${world.stranger.url}${sumFile}` });
    await expect(installRelease(hostOn(), releaseWith())).rejects.toMatchObject({
      code: 'CHECKSUM_MISSING',
      why: expect.stringContaining('it redirects to') as string,
    });
  });

  it('keeps no sum that the file did not have', async () => {
    const host = hostOn();
    world.server.serve(file, { kind: 'content', bytes: flipped });
    world.server.serve(sumFile, { kind: 'content', bytes: sumOf(program) });
    await expect(installRelease(host, releaseWith())).rejects.toMatchObject({ code: 'CHECKSUM_MISMATCH' });
    expect(() => readFileSync(lockFile(host))).toThrow();
  });

  describe('and was kept the first time', () => {
    async function installedOnce(): Promise<FakeHost> {
      const host = hostOn();
      world.server.serve(file, { kind: 'content', bytes: program });
      world.server.serve(sumFile, { kind: 'content', bytes: sumOf(program) });
      const { directory } = await installRelease(host, releaseWith());
      rmSync(directory, { recursive: true });
      return host;
    }

    it('is refused when the vendor later tells another, before anything is fetched', async () => {
      const host = await installedOnce();
      world.server.serve(file, { kind: 'content', bytes: flipped });
      world.server.serve(sumFile, { kind: 'content', bytes: sumOf(flipped) });
      await expect(installRelease(host, releaseWith())).rejects.toMatchObject({
        code: 'CHECKSUM_MISMATCH',
        facts: { expected: sumOf(program), found: sumOf(flipped) },
      });
      expect(world.server.asked.slice(2)).toEqual([sumFile]);
      expect(readFileSync(lockFile(host), 'utf8')).toContain(sumOf(program));
    });

    it('counts where the vendor tells none any more, and another file is refused by it', async () => {
      const host = await installedOnce();
      world.server.serve(sumFile, { kind: 'status', status: 404 });
      await installRelease(host, releaseWith());
      rmSync(dirname(describeRelease(host, releaseWith()).directory), { recursive: true });
      world.server.serve(file, { kind: 'content', bytes: flipped });
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
    world.server.serve(file, { kind: 'content', bytes: program });
    world.server.serve(sumFile, { kind: 'content', bytes: sumOf(program) });
    await installRelease(host, releaseWith());
    const { sha256 } = JSON.parse(readFileSync(lockFile(host), 'utf8')) as { sha256: Record<string, string> };
    expect(sha256).toMatchObject(others);
    expect(Object.keys(sha256)).toHaveLength(2);
  });
});
