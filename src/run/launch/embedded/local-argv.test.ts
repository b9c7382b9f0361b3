import { describe, expect, it } from 'vitest';
import { createJob } from '../../../../test/fakes/a-job.js';
import { createFakeHost } from '../../../../test/fakes/fake-host.js';
import { describeDistribution } from '../../../toolchain/spark/distribution.js';
import { sparkVersion } from '../../../toolchain/spark/versions.js';
import type { JobFile } from '../../../job/job.js';
import { propertiesText } from '../../../spark/properties-file.js';
import {
  localArgv,
  localEnv,
  localFiles,
  localFolders,
  localLinks,
  type LocalSubmission,
  fileUri,
  findUnlistable,
  listedUri,
} from './local-argv.js';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const submission: LocalSubmission = {
  runtime: {
    java: { program: '/usr/bin/java', major: 17, build: '17.0.15+6', hasVectorModule: true },
    distribution: describeDistribution({ ...createFakeHost().directories, cache: '/cache' }, sparkVersion),
  },
  name: 'sparkpi',
  main: { kind: 'jar', at: { where: 'here', path: '/jars/sparkpi.jar' }, mainClass: 'SparkPi' },
  job: createJob(),
  python: undefined,
  starter: [],
  packages: undefined,
  uiPort: 4041,
  uiPortIsStrict: false,
  folders: localFolders('/runs/one', '/tables'),
  archiveOptions: ['-XX:SharedArchiveFile=/a.jsa'],
};

const confOf = (request: LocalSubmission): readonly string[] =>
  (localFiles(request)['/runs/one/tmp/spark.properties'] ?? '').split('\n');
const javaOptionsOf = (request: LocalSubmission): readonly string[] =>
  (localFiles(request)['/runs/one/tmp/java-options'] ?? '').split('\n').filter((line) => line !== '');

const at = (path: string): JobFile['at'] => ({ where: 'here', path });

describe('localArgv', () => {
  it('starts SparkSubmit itself, with nothing but jars on the class path', () => {
    const argv = localArgv(submission);
    const main = argv.indexOf('org.apache.spark.deploy.SparkSubmit');
    expect(argv[0]).toBe('/usr/bin/java');
    expect(argv.slice(main - 2, main + 7)).toEqual([
      '-cp',
      '/cache/spark/4.3.0/deps/jars/*',
      'org.apache.spark.deploy.SparkSubmit',
      '--master',
      'local[*]',
      '--name',
      'sparkpi',
      '--class',
      'SparkPi',
    ]);
    expect(argv.at(-1)).toBe('/jars/sparkpi.jar');
  });

  it('hands files over as URIs where a path would be read otherwise', () => {
    const job = createJob({
      files: [
        { at: at('/plain/a.txt'), as: undefined },
        { at: at('/o dd%20#*/b.txt'), as: 'c.txt' },
      ],
    });
    const argv = localArgv({ ...submission, job, main: { kind: 'python', at: at('/a,b:c/x.py') } });
    expect(argv[argv.indexOf('--files') + 1]).toBe('/plain/a.txt,file:///o%20dd%2520%23%5C%2A/b.txt#c.txt');
    expect(argv.at(-1)).toBe('file:///a%2Cb%3Ac/x.py');
  });

  it('spills where Spark splits no path, and lists files through links', () => {
    const folders = localFolders('/a,b/runs/one', '/a,b/tables');
    const files = ['/a,b/x?/data 1.txt', '/a,b/x?/b.txt', '/plain/a.txt'].map((path) => ({
      at: at(path),
      as: undefined,
    }));
    const request = { ...submission, folders, job: createJob({ files }) };
    expect(folders.spill).toBe(join(tmpdir(), 'spark-dev-one'));
    expect(localFiles(request)[folders.properties]).toContain(`spark.local.dir=${folders.spill}\n`);
    const [[link, target] = ['', ''], ...more] = [...localLinks(request)];
    expect([target, more]).toEqual(['/a,b/x?', []]);
    expect(link.startsWith(`${folders.spill}/folder-`)).toBe(true);
    const argv = localArgv(request);
    expect(argv[argv.indexOf('--files') + 1]).toBe(`file://${link}/data%201.txt,file://${link}/b.txt,/plain/a.txt`);
  });

  it.each([
    [true, '/o dd%20#/tables/warehouse'],
    [false, '/o dd%20#/one/warehouse'],
  ])("keeps Hive's catalog, and its tables if %s, for the next run", (keepsTables, warehouse) => {
    const folders = localFolders('/o dd%20#/one', '/o dd%20#/tables', keepsTables);
    const line = propertiesText({ 'spark.sql.warehouse.dir': `file://${warehouse}` });
    expect(localFiles({ ...submission, folders })[folders.properties]).toContain(line);
    const conf = { 'spark.driver.extraJavaOptions': '-Dderby.system.home=/mine' };
    const argv = localArgv({ ...submission, folders, job: createJob({ conf }) });
    const ours = argv.indexOf('-Dderby.system.home=/o dd%20#/tables');
    expect(ours).toBeGreaterThan(0);
    // the last one counts
    expect(argv.indexOf(`@${folders.javaOptions}`)).toBeGreaterThan(ours);
  });

  it('hands arguments over as they are', () => {
    const words = ['; rm -rf /', '$(id)', '--master', '-x', 'a\nb', '🐘', ''];
    expect(localArgv({ ...submission, job: createJob({ arguments: words }) }).slice(-words.length - 1)).toEqual([
      '/jars/sparkpi.jar',
      ...words,
    ]);
  });

  it("puts before Spark's jars and libraries what the job wants there", () => {
    const conf = { 'spark.driver.extraClassPath': '/a.jar:/b', 'spark.driver.extraLibraryPath': '/native' };
    const request = { ...submission, job: createJob({ conf }) };
    expect(localArgv(request)).toContain('/a.jar:/b:/cache/spark/4.3.0/deps/jars/*');
    expect(localEnv(request, { LD_LIBRARY_PATH: '/old' })).toMatchObject({
      LD_LIBRARY_PATH: '/native:/old',
      DYLD_LIBRARY_PATH: '/native',
    });
  });

  it("gives the JVM the job's own options, split as on a cluster", () => {
    const conf = { 'spark.driver.extraJavaOptions': `-Dx=1 "-Dy=two words" -Dz='a"b' -XX:+UseSerialGC` };
    const request = { ...submission, job: createJob({ conf }) };
    expect(javaOptionsOf(request)).toEqual(['"-Dx=1"', '"-Dy=two words"', '"-Dz=a\\"b"', '"-XX:+UseSerialGC"']);
    const argv = localArgv(request);
    expect(argv.indexOf('@/runs/one/tmp/java-options')).toBeGreaterThan(0);
    expect(argv.indexOf('@/runs/one/tmp/java-options')).toBeLessThan(argv.indexOf('-cp'));
    expect(localArgv(submission).join(' ')).not.toContain('@/');
  });

  it('names no property of the job among the arguments, and leaves values as they are', () => {
    const conf = {
      'spark.a.secret': 'sentinel',
      'spark.driver.extraJavaOptions': '-Dp=sentinel',
      'spark.b': ' sentinel ',
    };
    const request = { ...submission, job: createJob({ conf }) };
    expect(localArgv(request).join(' ')).not.toMatch(/sentinel|--conf/);
    expect(confOf(request)).toContain('spark.a.secret=sentinel');
    expect(confOf(request).join(' ')).not.toContain('spark.b');
    expect(javaOptionsOf(request)).toEqual(['"-Dp=sentinel"', '"-Dspark.b= sentinel "']);
  });

  it('lets nobody end a job by the UI unless the job says so', () => {
    expect(confOf(submission)).toContain('spark.ui.killEnabled=false');
    const conf = { 'spark.ui.killEnabled': 'true' };
    expect(confOf({ ...submission, job: createJob({ conf }) })).toContain('spark.ui.killEnabled=true');
  });

  it('gives a Python file its interpreter and no class', () => {
    const request: LocalSubmission = {
      ...submission,
      main: { kind: 'python', at: { where: 'here', path: '/a.py' } },
      python: '/usr/bin/python3',
    };
    expect(localArgv(request)).not.toContain('--class');
    expect(confOf(request)).toContain('spark.pyspark.python=/usr/bin/python3');
  });

  it('keeps Spark from leaving a port that was asked for', () => {
    expect(confOf(submission)).not.toContain('spark.port.maxRetries=0');
    expect(confOf({ ...submission, uiPortIsStrict: true })).toEqual(
      expect.arrayContaining(['spark.ui.port=4041', 'spark.port.maxRetries=0']),
    );
  });
});

describe('localEnv', () => {
  it('listens on loopback only and forgets another Spark of this machine', () => {
    const env = localEnv(submission, {
      SPARK_HOME: '/other',
      SPARK_MASTER_PORT: 'tcp://1',
      HADOOP_CONF_DIR: '/h',
      SPARK_DEV_YES: '1',
      LANG: 'de_DE.UTF-8',
    });
    expect(env).toMatchObject({
      SPARK_LOCAL_IP: '127.0.0.1',
      SPARK_HOME: '/cache/spark/4.3.0/deps',
      TMPDIR: '/runs/one/tmp',
    });
    expect(Object.keys(env).filter((key) => env[key] === undefined)).toEqual(['SPARK_MASTER_PORT', 'HADOOP_CONF_DIR']);
    expect(env).not.toHaveProperty('LC_ALL');
  });

  it('puts our PySpark before the user’s modules', () => {
    expect(localEnv(submission, { PYTHONPATH: '/mine' })['PYTHONPATH']).toBe(
      '/cache/spark/4.3.0:/cache/spark/4.3.0/lib/py4j-0.10.9.9-src.zip:/mine',
    );
  });

  it.each([{}, { LANG: 'C' }, { LC_ALL: 'POSIX', LANG: 'en_US.UTF-8' }])('reads arguments as UTF-8 under %j', (env) => {
    expect(localEnv(submission, env)['LC_ALL']).toBe('C.UTF-8');
  });
});

const odd = [
  'a b',
  'a#b',
  'a%20b',
  'a*b',
  'a[b]',
  'a{b,c}',
  'a?b',
  'a\\b',
  'a"b',
  "a'b",
  '-a',
  'ä😀',
  'a\nb',
  'a:b',
  'a,b',
];

describe('a path as a URI', () => {
  it.each(['/home/ada/jobs/etl.py', '/opt/x_1-2.3+4@5=6~/a.jar'])('%s stays as it is', (path) => {
    expect(fileUri(path)).toBe(path);
    expect(listedUri(path)).toBe(path);
  });

  it.each(odd)('leads back to the folder %j, and has nothing in it that separates', (name) => {
    const path = `/home/${name}/etl.py`;
    const uri = fileUri(path);
    expect(uri).toMatch(/^(file:\/\/)?[\w/.~%-]+$/);
    expect(uri.startsWith('file:') ? fileURLToPath(uri) : uri).toBe(path);
  });

  it.each([
    ['/a*b/x', 'file:///a%5C%2Ab/x'],
    ['/a{b}/x', 'file:///a%5C%7Bb%5C%7D/x'],
    ['/a\\b/x', 'file:///a%5C%5Cb/x'],
    ['/a b/x', 'file:///a%20b/x'],
  ])('%s is no pattern in a list', (path, uri) => {
    expect(listedUri(path)).toBe(uri);
  });

  it('knows what no list takes', () => {
    expect(odd.filter((name) => findUnlistable(name) !== undefined)).toEqual(['a[b]', 'a{b,c}', 'a?b', 'a:b', 'a,b']);
  });
});
