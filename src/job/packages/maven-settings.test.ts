import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.js';
import { ivySettingsText, placeInCentral, readMavenSettings } from './maven-settings.js';

async function read(settings: string | undefined) {
  const host = createFakeHost({ env: { TOKEN: 's3<cret' } });
  const home = join(host.directories.userHome, '.m2');
  mkdirSync(home, { recursive: true });
  if (settings !== undefined) writeFileSync(join(home, 'settings.xml'), settings);
  return readMavenSettings(host);
}

async function ivy(settings: string | undefined, named: readonly string[] = []): Promise<string> {
  return ivySettingsText(await read(settings), named, '/cache/ivy');
}

const roots = (text: string): readonly string[] =>
  [...text.matchAll(/root="(https[^"]*)"/g)].map(([, root = '']) => root);

it('asks Maven Central where there are no settings, then the named repositories', async () => {
  expect(roots(await ivy(undefined, ['https://repo.acme.test/maven']))).toEqual([
    'https://repo1.maven.org/maven2/',
    'https://repo.acme.test/maven/',
    'https://repos.spark-packages.org/',
  ]);
});

it('asks the mirror in place of all that it mirrors, with its password', async () => {
  const text = await ivy(
    `<settings>
      <mirrors><mirror><id>acme</id><url>https://maven.acme.test/all</url><mirrorOf>*,!own</mirrorOf></mirror></mirrors>
      <servers><server><id>acme</id><username>ann</username><password>\${env.TOKEN}</password></server></servers>
      <activeProfiles><activeProfile>work</activeProfile></activeProfiles>
      <profiles><profile><id>work</id><repositories>
        <repository><id>own</id><url>https://own.acme.test/m2/</url></repository></repositories></profile>
        <profile><id>off</id><repositories><repository><id>x</id><url>https://x.test</url></repository></repositories></profile>
      </profiles></settings>`,
  );
  expect(roots(text)).toEqual(['https://maven.acme.test/all/', 'https://own.acme.test/m2/']);
  expect(text).toContain('<credentials host="maven.acme.test" username="ann" passwd="s3&lt;cret"/>');
});

it('goes through the proxy of the settings', async () => {
  const host = createFakeHost();
  mkdirSync(join(host.directories.userHome, '.m2'), { recursive: true });
  writeFileSync(
    join(host.directories.userHome, '.m2', 'settings.xml'),
    '<settings><proxies><proxy><host>proxy.test</host><port>3128</port></proxy></proxies></settings>',
  );
  expect((await readMavenSettings(host)).proxyOptions).toContain('-Dhttps.proxyHost=proxy.test');
});

it('finds a file of Maven Central in the mirror, with its password', async () => {
  const url = 'https://repo1.maven.org/maven2/a/b.jar';
  expect(placeInCentral(await read(undefined), 'a/b.jar')).toEqual({ url, request: { headers: {} } });
  const mirrored = await read(`<settings>
    <mirrors><mirror><id>acme</id><url>https://maven.acme.test/all/</url><mirrorOf>central</mirrorOf></mirror></mirrors>
    <servers><server><id>acme</id><username>ann</username><password>pw</password></server></servers></settings>`);
  expect(placeInCentral(mirrored, 'a/b.jar')).toEqual({
    url: 'https://maven.acme.test/all/a/b.jar',
    request: { headers: { authorization: `Basic ${Buffer.from('ann:pw').toString('base64')}` } },
  });
});
