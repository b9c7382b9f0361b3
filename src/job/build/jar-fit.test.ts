import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createStoredZip } from '../../../test/fakes/stored-zip.js';
import { findSparkVersion, sparkVersion } from '../../toolchain/spark/versions.js';
import { imageJava } from '../build.js';
import { requireRunnableJar } from './jar-fit.js';

const folder = mkdtempSync(join(tmpdir(), 'spark-dev-test-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const judge = async (files: Readonly<Record<string, string | Buffer>>, spark = sparkVersion): Promise<unknown> => {
  const jar = join(folder, 'app.jar');
  writeFileSync(jar, createStoredZip(files));
  return requireRunnableJar(jar, 'org.acme.Etl', { spark, java: 17 }).catch((error: unknown) => error);
};
/** The head of a class file, for a Java version, and one text constant. */
const classFile = (java: number, text = ''): Buffer =>
  Buffer.from(
    `\xca\xfe\xba\xbe\x00\x00\x00${String.fromCharCode(44 + java)}\x01\x00${String.fromCharCode(text.length)}${text}`,
    'latin1',
  );
const put = (java: number, text?: string) => ({ 'org/acme/Etl.class': classFile(java, text) });

it('knows the Java of our image', () => {
  expect(readFileSync('images/spark/Dockerfile', 'utf8')).toContain(`openjdk-${String(imageJava)}-jre`);
});

describe('a jar', () => {
  const old = 'Lscala/collection/mutable/WrappedArray;';
  const spark3 = findSparkVersion('3.5.9');

  it.each([
    ['of this Java', put(17)],
    ['with a newer class that the main class need not load', { ...put(17), 'org/lib/New.class': classFile(25) }],
    ['of this Scala', put(17, 'Lscala/collection/immutable/ArraySeq;')],
    ['with a library of another Scala', { ...put(17), 'org/lib/Old.class': classFile(17, old) }],
    ['that is not one', {}],
  ])('%s may run', async (_, files) => {
    expect(await judge(files)).toBeUndefined();
  });

  it('for a newer Java is refused', async () => {
    expect(await judge(put(21))).toMatchObject({ code: 'USAGE', what: expect.stringContaining('Java 21') as string });
  });

  it.each([
    ['2.12', sparkVersion, old, '--spark-version 3.5.9'],
    ['2.12', sparkVersion, 'scala/Serializable', '--spark-version 3.5.9'],
    ['2.13', spark3, 'Lscala/collection/immutable/ArraySeq;', `--spark-version ${sparkVersion.version}`],
  ])('for Scala %s is refused, with the Spark that runs it', async (scala, spark, text, flag) => {
    const { code, what, fix } = (await judge(put(17, text), spark)) as { code: string; what: string; fix: string[] };
    expect([code, what]).toEqual(['USAGE', expect.stringContaining(`Scala ${scala}`)]);
    expect(fix[0]).toContain(flag);
  });

  const manifest = 'Manifest-Version: 1.0\r\n\r\n';
  const signed = (text: string) => ({
    'META-INF/MANIFEST.MF': manifest,
    'META-INF/BC.SF': `Signature-Version: 1.0\r\nSHA-256-Digest-Manifest: ${createHash('sha256').update(text).digest('base64')}\r\n\r\n`,
    'META-INF/BC.RSA': 'x',
    ...put(17),
  });

  it('with a good signature may run, and with that of a merged library is refused', async () => {
    expect(await judge(signed(manifest))).toBeUndefined();
    expect(await judge(signed('the manifest of a library'))).toMatchObject({
      code: 'USAGE',
      fix: [expect.stringMatching(/^zip -d \S+app\.jar 'META-INF\/BC\.SF' 'META-INF\/BC\.RSA'$/)],
    });
  });
});
