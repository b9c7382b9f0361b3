import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createJob } from '../../test/fakes/a-job.js';
import { createStoredZip } from '../../test/fakes/stored-zip.js';
import type { SparkJob } from './job.js';
import { findMainClass } from './read-jar.js';
import { validateMainClass } from './validate-main-class.js';

const folder = mkdtempSync(join(tmpdir(), 'spark-dev-test-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const here = (name: string) => ({ where: 'here', path: join(folder, name) }) as const;
const put = (name: string, files: Readonly<Record<string, string>>): void => {
  writeFileSync(here(name).path, createStoredZip(files));
};
/** As much of a class file as tells that there is a main. */
const runnable = 'magic\x01\x00\x04main\x01\x00\x16([Ljava/lang/String;)V\x01\x00\x04Code';
const plain = 'magic\x01\x00\x06domain\x01\x00\x16([Ljava/lang/String;)V';

put('orders.jar', {
  'META-INF/MANIFEST.MF': 'Manifest-Version: 1.0\r\n\r\n',
  'META-INF/versions/21/org/acme/Later.class': runnable,
  'org/acme/etl/Orders.class': runnable,
  'org/acme/etl/Orders$.class': runnable,
  'org/acme/etl/Order.class': plain,
  'org/acme/Nightly.class': runnable,
  'org/acme/Weekly.class': runnable,
  'org/acme/Yearly.class': runnable,
  'orders.conf': '',
});
put('library.jar', { 'org/acme/base/Entry.class': runnable });
put('bare.jar', { 'org/acme/Row.class': plain });
writeFileSync(here('text.jar').path, 'PK is how a zip begins, and here it ends');
writeFileSync(here('cut.jar').path, createStoredZip({ 'A.class': runnable }).subarray(0, -8));

const problems = async (mainClass: string | undefined, said: Partial<SparkJob> = {}, jar = 'orders.jar') =>
  (await validateMainClass(createJob({ main: { kind: 'jar', at: here(jar), mainClass }, ...said }))).map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  );

describe('the class that Spark begins with', () => {
  it.each(['org.acme.etl.Orders', 'org.acme.etl.Orders$', 'org.acme.etl.Order'])('%s is there', async (name) => {
    expect(await problems(name)).toEqual([]);
  });

  it('is not there: the nearest that have a main are named', async () => {
    expect(await problems('org.acme.Orders')).toEqual([
      'main: orders.jar has no class org.acme.Orders; these classes have a main method: org.acme.etl.Orders, org.acme.Weekly, org.acme.Yearly',
    ]);
    expect(await problems('Nigthly')).toEqual([
      expect.stringMatching(
        /^main: orders\.jar has no class Nigthly; these classes have a main method: org\.acme\.Nightly, /,
      ),
    ]);
    expect(await problems('org.acme.Later')).toHaveLength(1);
    expect(await problems('org.acme.Main', {}, 'bare.jar')).toEqual([
      'main: bare.jar has no class org.acme.Main; none of its classes has a main method',
    ]);
  });

  it('may be in another jar of this machine, which is looked into too', async () => {
    const jars = [{ at: here('library.jar'), as: undefined }];
    expect(await problems('org.acme.base.Entry', { jars })).toEqual([]);
    expect(await problems('org.acme.base.Entries', { jars })).toHaveLength(1);
  });

  it.each<[string, Partial<SparkJob>]>([
    ['an image of their own', { image: 'shop/orders:1' }],
    ['a jar in the image', { jars: [{ at: { where: 'image', path: '/opt/x.jar' }, as: undefined }] }],
    ['a jar from the web', { jars: [{ at: { where: 'remote', url: 'https://repo/x.jar' }, as: undefined }] }],
    ['a package', { conf: { 'spark.jars.packages': 'org.acme:base:1' } }],
    ['a class path', { conf: { 'spark.driver.extraClassPath': '/opt/x.jar' } }],
  ])('may come with %s, where nobody here can look', async (_what, said) => {
    expect(await problems('org.acme.Else', said)).toEqual([]);
  });

  it("may be one of Spark's own, but not of the jar's own family", async () => {
    expect(await problems('org.apache.hive.beeline.BeeLine')).toEqual([]);
    put('examples.jar', { 'org/apache/spark/examples/SparkPi.class': runnable });
    expect(await problems('org.apache.spark.example.SparkPi', {}, 'examples.jar')).toEqual([
      'main: examples.jar has no class org.apache.spark.example.SparkPi; these classes have a main method: org.apache.spark.examples.SparkPi',
    ]);
  });

  it('must be named for a jar that does not, and for one in the image, off which Spark reads none', async () => {
    expect(await problems(undefined)).toEqual([
      expect.stringMatching(
        /^main: orders\.jar names no main class; these classes have a main method: org\.acme\.etl\.Orders, /,
      ),
    ]);
    const inImage = { kind: 'jar', at: { where: 'image', path: '/opt/orders.jar' }, mainClass: undefined } as const;
    expect(await validateMainClass(createJob({ main: inImage }))).toEqual([
      {
        path: ['main'],
        message: 'name the main class of /opt/orders.jar: Spark does not read it from a jar in the image',
      },
    ]);
    expect(await validateMainClass(createJob({ main: { ...inImage, mainClass: 'A' } }))).toEqual([]);
  });

  it.each(['text.jar', 'cut.jar'])('is nowhere in %s', async (jar) => {
    expect(await problems('A', {}, jar)).toEqual([`path: ${jar} is not a complete jar`]);
  });

  it('is not asked of a jar that is missing, which is told anyway', async () => {
    expect(await problems('A', {}, 'missing.jar')).toEqual([]);
  });
});

describe('the main class of a manifest', () => {
  it.each([
    ['Manifest-Version: 1.0\r\nMain-Class: org.acme.Orders\r\n\r\n', 'org.acme.Orders'],
    [
      'Main-Class: org.acme.a.package.with.a.name.that.does.not.fit.in.one.li\r\n ne.Orders\r\nA: b\r\n',
      'org.acme.a.package.with.a.name.that.does.not.fit.in.one.line.Orders',
    ],
    ['Main-Class: org.acme.Orders\n', 'org.acme.Orders'],
    ['X-Main-Class: no\r\n', undefined],
  ])('%j', async (manifest, name) => {
    put('manifest.jar', { 'a/First.class': plain, 'META-INF/MANIFEST.MF': manifest, 'b/Last.class': plain });
    expect(await findMainClass(here('manifest.jar').path)).toBe(name);
  });

  it('is the only class with a main method where the manifest names none', async () => {
    expect(await findMainClass(here('library.jar').path)).toBe('org.acme.base.Entry');
    for (const jar of ['orders.jar', 'bare.jar', 'text.jar'])
      expect(await findMainClass(here(jar).path), jar).toBeUndefined();
  });
});
