import { expect, describe, it } from 'vitest';
import { checksumUrl, releases } from '../../src/toolchain/upstream/pins.js';
import { createFakeHost, type FakeHost, type FakeWorld } from '../fakes/fake-host.js';
import { createFakeMachine } from '../fakes/fake-machine.js';
import type { Call } from '../worlds/call.js';
import { readError, readResult } from '../worlds/envelope.js';
import { debian, dockerOnly, dryRunInit, env } from '../worlds/upstream-world.js';

const vendors = Object.fromEntries(
  [
    ...Object.values(releases).flatMap(({ pins }) => Object.values(pins).map(checksumUrl)),
    'https://gcr.io/v2/',
    'https://registry.k8s.io/v2/',
  ].map((url) => [url, 'yes']),
);
const official = { ...vendors, 'https://registry-1.docker.io/v2/': 401 };
const registries = {
  'https://pypi.org/simple/pyspark/': 'yes',
  'https://proxy.golang.org/k8s.io/minikube/@v/v1.38.1.info': 'yes',
};
describe('init --source auto', () => {
  async function choose(world: FakeWorld): Promise<{ readonly shown: Call; readonly said: readonly string[] }> {
    const host = createFakeHost({ env, ...world });
    const shown = await dryRunInit(host, '--json');
    return { shown, said: host.ui.lines.filter((line) => line.includes('Source:')) };
  }

  it('takes official releases when both answer, and says why in one line', async () => {
    const { shown, said } = await choose({ programs: debian, web: { ...official, ...registries } });
    expect(readResult(shown.stdout)).toMatchObject({ source: 'upstream' });
    expect(said).toEqual(['Source: upstream (both answer, and downloading is faster than building)']);
  });

  it.each([
    ['an image registry is blocked', { ...official, 'https://gcr.io/v2/': 403 }, 'gcr.io: the server answered 403'],
    ['a release server is out of reach', registries, 'ENOTFOUND storage.googleapis.com'],
  ])('takes the registries when %s', async (_name, web, why) => {
    const { shown, said } = await choose({ programs: debian, web: { ...web, ...registries } });
    expect(readResult(shown.stdout)).toMatchObject({ source: 'registries' });
    expect(said).toEqual([expect.stringContaining(why)]);
  });

  it('names everything that it tried when nothing answers', async () => {
    const { shown } = await choose({ programs: debian, web: { 'https://gcr.io/v2/': 'yes' } });
    const { code, why } = readError(shown.stdout) as { code: string; why: string };
    expect(code).toBe('SOURCE_UNREACHABLE');
    expect(why.split('\n')).toEqual([
      ...['minikube', 'skaffold'].map((name): unknown =>
        expect.stringMatching(`^upstream: https://storage.googleapis.com/${name}/.*ENOTFOUND`),
      ),
      expect.stringMatching(/^upstream: https:\/\/dl\.k8s\.io\/.*ENOTFOUND/),
      'upstream: https://gcr.io/v2/: answers',
      expect.stringMatching(/^upstream: https:\/\/registry\.k8s\.io\/v2\/: .*ENOTFOUND/),
      expect.stringMatching(/^upstream: https:\/\/registry-1\.docker\.io\/v2\/: .*ENOTFOUND/),
      expect.stringMatching(/^registries: https:\/\/pypi\.org\/simple\/pyspark\/: .*ENOTFOUND/),
      expect.stringMatching(/^registries: https:\/\/proxy\.golang\.org\/.*ENOTFOUND/),
    ]);
  });

  it('does not wait for servers that say nothing', async () => {
    const silent = createFakeHost({ env, programs: debian });
    const asked: (AbortSignal | undefined)[] = [];
    const host: FakeHost = {
      ...silent,
      http: {
        get: (_url, request) => {
          asked.push(request.signal);
          return new Promise(() => undefined);
        },
      },
    };
    const before = host.clock.now();
    expect(readError((await dryRunInit(host, '--json')).stdout)).toMatchObject({
      code: 'SOURCE_UNREACHABLE',
      why: expect.stringContaining('no answer within 3 s') as string,
    });
    expect(host.clock.now() - before).toBeLessThanOrEqual(2 * 3000);
    expect(asked).toHaveLength(8);
    expect(asked.every((signal) => signal?.aborted)).toBe(true);
  });

  it.each([
    ['macOS', { platform: { os: 'darwin' as const }, programs: dockerOnly }, 'upstream'],
    ['a Linux without apt', { programs: dockerOnly }, 'upstream'],
  ])('%s: asks nobody, as there is no choice', async (_name, world, source) => {
    const { shown, said } = await choose(world);
    expect(readResult(shown.stdout)).toMatchObject({ source });
    expect(said).toEqual([expect.stringContaining('the only one that works here')]);
  });

  it('goes on with the tools that were built', async () => {
    const machine = await createFakeMachine({ profile: 'absent' });
    const shown = await dryRunInit(machine.host, '--json');
    expect(readResult(shown.stdout)).toMatchObject({ source: 'registries' });
    expect(machine.host.ui.lines).toContain('Source: registries (its tools are already on this machine)');
  });
});
