import { expect, it } from 'vitest';
import { kubernetesVersion, sourceTool } from '../source-tools.js';
import { checksumUrl, releases, type ReleasePin } from './pins.js';

const pins: readonly [string, string, ReleasePin][] = Object.values(releases).flatMap((release) =>
  Object.entries(release.pins).map(([platform, pin]): [string, string, ReleasePin] => [release.name, platform, pin]),
);

it('has the versions that are built from source too', () => {
  expect(releases.minikube.version).toBe(sourceTool('minikube').version);
  expect(releases.skaffold.version).toBe(sourceTool('skaffold').version);
  expect(releases.kubectl.version).toBe(kubernetesVersion);
});

it.each(pins)('%s for %s is one file of that version and platform, over https', (name, platform, pin) => {
  const url = new URL(pin.url);
  expect(url.protocol).toBe('https:');
  expect(url.pathname).toContain(releases[name as keyof typeof releases].version);
  for (const word of platform.split('/')) expect(url.pathname).toContain(word);
  expect(url.pathname.endsWith('.exe')).toBe(platform.startsWith('windows/'));
  expect(checksumUrl(pin)).toBe(`${pin.url}.sha256`);
});

it.each(pins)(
  '%s for %s has a sum only with two sources from two owners, each named with its commit',
  (_n, _p, pin) => {
    const owners = pin.sources.map((source) => {
      const match = /^([\w-]+)\/[\w.-]+ \S+@[0-9a-f]{40}$/.exec(source);
      expect(match, source).not.toBeNull();
      return match?.[1];
    });
    expect(new Set(owners).size).toBe(owners.length);
    if (pin.sha256 === undefined) expect(owners.length).toBeLessThan(2);
    else {
      expect(pin.sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(owners.length).toBeGreaterThanOrEqual(2);
    }
  },
);

it('has no sum twice', () => {
  const sums = pins.flatMap(([, , { sha256 }]) => (sha256 === undefined ? [] : [sha256]));
  expect(new Set(sums).size).toBe(sums.length);
});
