import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.js';
import type { Scripted } from '../../test/fakes/fake-runner.js';
import { observeAptSources, parseAptUris } from './apt-sources.js';

const uri = (root: string, suite: string): string => `'${root}/dists/${suite}/InRelease' some_file 0 \n`;
const company =
  uri('https://download.docker.com/linux/debian', 'bookworm') +
  uri('http://mirror.example/debian', 'bookworm') +
  uri('http://mirror.example/debian', 'bookworm-updates') +
  uri('http://mirror.example/debian-security/', 'bookworm-security');

it.each([
  [
    'a company',
    company,
    { archive: 'http://mirror.example/debian', security: 'http://mirror.example/debian-security' },
  ],
  [
    'a disk',
    uri('cdrom:[Debian 12]', 'bookworm') + uri('file:/media/security', 'bookworm-security'),
    { archive: 'http://deb.debian.org/debian', security: 'http://deb.debian.org/debian-security' },
  ],
])('takes the mirrors of %s', (_name, stdout, mirrors) => {
  expect(parseAptUris(stdout)).toEqual(mirrors);
});

const lists: Scripted = { argv: ['apt-get'], stdout: company };
const configuresProxy = (stdout: string): Scripted => ({ argv: ['apt-config', 'dump'], stdout });

it.each([
  ['ID=debian\n', 'http://mirror.example/debian'],
  ['ID=ubuntu\nID_LIKE=debian\n', 'http://deb.debian.org/debian'],
])('asks the mirror of the machine only where that is Debian: %j', async (release, archive) => {
  const host = createFakeHost({ programs: [lists, configuresProxy('')] });
  const osRelease = join(host.directories.system, 'etc', 'os-release');
  await mkdir(dirname(osRelease), { recursive: true });
  await writeFile(osRelease, release);
  expect((await observeAptSources(host)).archive).toBe(archive);
});

it.each([
  ["apt's own proxy", 'http://apt-proxy.example:3142\n', 'http://apt-proxy.example:3142'],
  ["the environment's proxy", '', 'http://other.example'],
])('goes through %s', async (_name, configured, proxy) => {
  const host = createFakeHost({
    env: { http_proxy: 'http://other.example' },
    programs: [lists, configuresProxy(configured)],
  });
  expect((await observeAptSources(host)).proxy).toBe(proxy);
});

it('reads a line of slashes in one pass', () => {
  expect(parseAptUris(`'http://a${'/'.repeat(400_000)}`).archive).toBe('http://deb.debian.org/debian');
});
