import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keepBlanks } from '../../src/spark/java-options.js';

const entrypoint = join(dirname(fileURLToPath(import.meta.url)), '../../images/spark/entrypoint.sh');
const home = mkdtempSync(join(tmpdir(), 'spark-entrypoint-'));

/** Shows its arguments, one NUL-ended word each; those of an argument file between marks. */
const java = `#!/bin/bash
for word in "$@"; do
  if [[ $word == @* ]]; then printf '<\\0'; eval "printf '%s\\0' $(tr '\\n' ' ' <"\${word#@}")"; printf '>\\0'; else printf '%s\\0' "$word"; fi
done
`;

/** In the place of Python: what it would start, after what it was told. */
const python = `#!/bin/bash
shift 2
if [[ $1 == --frame ]]; then shift; fi
printf '%s\\0' "starter \${SPARK_DEV_PYTHON:-}"
exec "$@"
`;

/** A file system like the image's. */
for (const [path, text] of [
  ['bin/tini', '#!/bin/bash\nshift 2\nexec "$@"\n'],
  ['bin/python3', python],
  ['java/bin/java', java],
  ['jars/b.jar', ''],
  ['jars/a.jar', ''],
  ['conf/spark.properties', ''],
] as const) {
  mkdirSync(dirname(join(home, path)), { recursive: true });
  writeFileSync(join(home, path), text);
  chmodSync(join(home, path), 0o755);
}

function call(words: readonly string[], env: Readonly<Record<string, string>> = {}): readonly string[] {
  const output = execFileSync('bash', [entrypoint, ...words], {
    encoding: 'utf8',
    env: { PATH: `${join(home, 'bin')}:/usr/bin:/bin`, SPARK_HOME: home, JAVA_HOME: join(home, 'java'), ...env },
  });
  return output.split('\0').slice(0, -1);
}

/** What only the argument file says. */
function hidden(words: readonly string[]): readonly string[] {
  return words.slice(words.indexOf('<') + 1, words.indexOf('>'));
}

/** All from the main class on. */
function program(words: readonly string[]): readonly string[] {
  return words.slice(words.findIndex((word) => word.startsWith('org.apache.spark.')));
}

const master = ['--master', 'k8s://https://kubernetes.default.svc'];
/** Ask DNS again after a failed lookup. */
const security = '-Djava.security.properties=/opt/java.security';
const submit = 'org.apache.spark.deploy.SparkSubmit';

/** What Spark puts into the environment of an executor's container. */
const executor = {
  SPARK_EXECUTOR_MEMORY: '640m',
  SPARK_DRIVER_URL: 'spark://driver',
  SPARK_EXECUTOR_ID: '3',
  SPARK_EXECUTOR_CORES: '1',
  SPARK_APPLICATION_ID: 'spark-1',
  SPARK_EXECUTOR_POD_IP: '10.0.0.8',
  SPARK_RESOURCE_PROFILE_ID: '0',
  SPARK_EXECUTOR_POD_NAME: 'exec-3',
};

describe('images/spark/entrypoint.sh', () => {
  it('submit says where and with which image, unless told', () => {
    const image = ['--conf', 'spark.kubernetes.container.image=app:1'];
    const env = { SPARK_IMAGE: 'app:1' };
    expect(program(call(['submit', '--name', 'x', 'a.jar'], env))).toEqual([
      submit,
      ...master,
      '--deploy-mode',
      'cluster',
      ...image,
      '--name',
      'x',
      'a.jar',
    ]);
    const told = [
      '--master',
      'local[2]',
      '--deploy-mode=client',
      '--conf',
      'spark.kubernetes.container.image=other',
      'a.jar',
    ];
    expect(program(call(['submit', ...told], env))).toEqual([submit, ...told]);
  });

  it('submit leaves the application’s own arguments alone', () => {
    const words = ['a.jar', '--master', '; rm -rf /', '$(id)', '', 'a\nb', '🐘'];
    expect(program(call(['submit', '--verbose', ...words]))).toEqual([
      submit,
      ...master,
      '--deploy-mode',
      'cluster',
      '--verbose',
      ...words,
    ]);
  });

  it('submit splits SPARK_SUBMIT_OPTS as a shell would', () => {
    const text = `-Xmx256m "-Da=b c"\t'-Db="\\' -Dc=\\ \\"d -De="f\\"g"h ""`;
    expect(hidden(call(['submit', 'a.jar'], { SPARK_SUBMIT_OPTS: text }))).toEqual([
      ...['-Xmx256m', '-Da=b c', '-Db="\\', '-Dc= "d', '-De=f"gh', ''],
    ]);
  });

  it('driver takes from the properties file what a JVM must know before it starts', () => {
    const file = join(home, 'conf/spark.properties');
    // as java.util.Properties stores it
    const { 'spark.driver.extraJavaOptions': kept = '' } = keepBlanks({ 'spark.a': ' a "\\ ' });
    const stored = kept.replaceAll(/[\\=:#!]/g, '\\$&');
    writeFileSync(
      file,
      [
        '#Java properties built from Kubernetes config map',
        'spark.driver.memory=512m',
        `spark.driver.extraJavaOptions=-Dx\\=1 "-Dy\\=two words" -Durl\\=http\\://h ${stored}`,
        'spark.driver.extraClassPath=/extra/*',
        '',
      ].join('\n'),
    );
    const words = call(
      ['driver', '--properties-file', file, '--class', 'Main', 'local:///a.jar', '--properties-file', '7'],
      {
        SPARK_DRIVER_BIND_ADDRESS: '10.0.0.7',
      },
    );
    expect(hidden(words)).toEqual(['-Dx=1', '-Dy=two words', '-Durl=http://h', '-Dspark.a= a "\\ ']);
    expect(words).toContain('-Xmx512m');
    expect(words.indexOf(security)).toBeLessThan(words.indexOf('<'));
    expect(words[words.indexOf('-cp') + 1]).toBe(`/extra/*:${home}/jars/a.jar:${home}/jars/b.jar:${home}/conf`);
    expect(program(words)).toEqual([
      submit,
      '--deploy-mode',
      'client',
      '--conf',
      'spark.driver.bindAddress=10.0.0.7',
      '--conf',
      'spark.executorEnv.SPARK_DRIVER_POD_IP=10.0.0.7',
      ...['--properties-file', file, '--class', 'Main', 'local:///a.jar', '--properties-file', '7'],
    ]);
  });

  it.each([
    ['python3', []],
    ['/venv/bin/python', ['spark.pyspark.python=/venv/bin/python']],
    ['/other/python', ['spark.pyspark.python=/venv/bin/python', 'spark.pyspark.driver.python=/other/python']],
  ])('driver starts a Python program with %s', (interpreter, properties) => {
    const file = join(home, 'conf/python.properties');
    writeFileSync(file, properties.map((line) => `${line}\n`).join(''));
    const main = ['--class', 'org.apache.spark.deploy.PythonRunner', 'local:///a.py'];
    const words = call(['driver', '--properties-file', file, ...main], { SPARK_DRIVER_BIND_ADDRESS: '10.0.0.7' });
    expect(words[0]).toBe(`starter ${interpreter}`);
  });

  it('submit starts a driver of this pod so too, but no other', () => {
    const client = ['--deploy-mode', 'client', '--conf', 'spark.pyspark.python=/venv/bin/python'];
    expect(call(['submit', ...client, 'a.py', 'x.jar'])[0]).toBe('starter /venv/bin/python');
    expect(call(['submit', ...client, 'a.jar', 'x.py'])[0]).not.toContain('starter');
    expect(call(['submit', '--deploy-mode', 'cluster', 'a.py'])[0]).not.toContain('starter');
  });

  it('executor keeps its JVM options in the order of their numbers', () => {
    const options = Object.fromEntries(
      Array.from({ length: 12 }, (_, n) => [`SPARK_JAVA_OPT_${String(n)}`, `-Dn=${String(n)}`]),
    );
    const words = call(['executor'], {
      ...options,
      ...executor,
    });
    const jvm = [security, '<', ...Object.values(options), '>', '-Xms640m', '-Xmx640m'];
    expect(words.slice(0, 17)).toEqual(jvm);
    expect(program(words)).toEqual(
      'org.apache.spark.scheduler.cluster.k8s.KubernetesExecutorBackend --driver-url spark://driver --executor-id 3 --cores 1 --app-id spark-1 --hostname 10.0.0.8 --resourceProfileId 0 --podName exec-3'.split(
        ' ',
      ),
    );
  });

  describe('with a class archive', () => {
    const archive = join(home, 'spark.jsa');
    const option = `-XX:SharedArchiveFile=${archive}`;
    const driver = (...properties: readonly string[]): readonly string[] => {
      const file = join(home, 'conf/driver.properties');
      writeFileSync(file, properties.map((line) => `${line}\n`).join(''));
      return call(['driver', '--properties-file', file, '--class', 'Main', 'local:///a.jar'], {
        SPARK_DRIVER_BIND_ADDRESS: '10.0.0.7',
      });
    };
    beforeAll(() => {
      writeFileSync(archive, '');
    });
    afterAll(() => {
      rmSync(archive);
    });

    it('tells all three JVMs of it, before what the user says', () => {
      expect(call(['submit', 'a.jar'])).toContain(option);
      expect(driver('spark.driver.extraJavaOptions=-Dx=1').indexOf('-Dx=1')).toBeGreaterThan(0);
      expect(driver('spark.driver.extraJavaOptions=-Dx=1').slice(0, 2)).toEqual(['starter ', option]);
      expect(call(['executor'], { ...executor, SPARK_JAVA_OPT_0: '-Dx=1' }).slice(0, 6)).toEqual([
        option,
        '-XX:+UnlockDiagnosticVMOptions',
        '-XX:ArchiveRelocationMode=0',
        security,
        '<',
        '-Dx=1',
      ]);
    });

    it('leaves it out where a JVM would refuse it and then share nothing', () => {
      expect(driver('spark.driver.extraClassPath=/opt/spark/conf')).not.toContain(option);
      expect(driver('spark.driver.extraJavaOptions=-XX:+UseZGC')).not.toContain(option);
      expect(call(['executor'], { ...executor, SPARK_CLASSPATH: '/extra.jar' })).not.toContain(option);
      expect(call(['executor'], { ...executor, SPARK_JAVA_OPT_0: '-XX:-UseCompressedOops' })).not.toContain(option);
      expect(call(['submit', 'a.jar'], { SPARK_SUBMIT_OPTS: '-Xbootclasspath/a:/x.jar' })).not.toContain(option);
    });
  });

  it('runs anything else as it is', () => {
    expect(call(['printf', '%s\\0', 'a b', '$(id)'])).toEqual(['a b', '$(id)']);
  });
});
