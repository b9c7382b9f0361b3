import { expect, it } from 'vitest';
import { recorded } from '../../../test/fakes/recorded.js';
import type { ProgramNote } from '../../spark/outcome.js';
import { explainJobFailure, type JobEnd } from './explain-failure.js';

const explain = (log: readonly string[], end: Partial<JobEnd> = {}) =>
  explainJobFailure({
    driver: 'orders-driver',
    exitCode: 1,
    reason: 'Error',
    logFile: '/runs/1/driver.log',
    ...{ output: '', note: undefined, errors: [], log },
    ...end,
  });

it.each([
  [
    'spark://',
    '26/11/30 19:02:10 ERROR StandaloneSchedulerBackend: Application has been killed. Reason: All masters are unresponsive! Giving up.',
  ],
  [
    'yarn',
    '\tat org.apache.spark.scheduler.cluster.YarnClientSchedulerBackend.start(YarnClientSchedulerBackend.scala:64)',
  ],
])('names the master %s in the program when that does not answer', (master, line) => {
  const last =
    'py4j.protocol.Py4JJavaError: An error occurred while calling None.org.apache.spark.api.java.JavaSparkContext.';
  const { why, fix } = explain([line, last]);
  expect(why).toContain(`.master("${master}`);
  expect(fix[0]).toContain('.master(');
});

it.each([
  ["ModuleNotFoundError: No module named 'sklearn.svm'", 'no module sklearn', '--with scikit-learn'],
  ['Caused by: java.lang.ClassNotFoundException: delta.DefaultSource', 'data source delta', '--packages'],
  [
    'org.apache.spark.SparkClassNotFoundException: [DATA_SOURCE_NOT_FOUND] Failed to find the data source: kafka. Make sure',
    'data source kafka',
    '--packages',
  ],
  ["ModuleNotFoundError: No module named 'delta'", 'module delta', '--with delta-spark --packages io.delta:'],
  [
    "Caused by: java.lang.NoSuchMethodError: 'void org.apache.spark.internal.LogKey.$init$(org.apache.spark.internal.LogKey)'",
    'compiled for another Spark',
    '--packages',
  ],
  [
    'Caused by: java.io.IOException: Input path does not exist: file:/opt/spark/work-dir/data/in.txt',
    'data/in.txt',
    '--files data/in.txt',
  ],
])('names what is missing: %s', (last, expected, flag) => {
  const { why, fix } = explain([last]);
  expect(why).toContain(expected);
  expect(fix[0]).toContain(flag);
});

it.each([
  [
    'class-not-found-4.3.0',
    "Spark found no class org.acme.Nope in the job's jars.",
    'Use the full name with its package: --class org.acme.Main',
  ],
  // its log goes on after that
  [
    'class-not-found-3.5.9',
    "Spark found no class org.acme.Nope in the job's jars.",
    'Use the full name with its package: --class org.acme.Main',
  ],
  [
    'jar-not-there',
    '/opt/app/orders.jar does not exist where the driver ran, so Spark found no class org.acme.Orders.',
    'Build an image that contains /opt/app/orders.jar',
  ],
  [
    'no-main-in-class',
    'The class org.apache.spark.SparkConf has no main method.',
    'Choose a class that has one: --class org.acme.Main',
  ],
  [
    'no-main-class-named',
    'The jar does not say which class is its main class.',
    'Set the main class: --class org.acme.Main',
  ],
  [
    'dns-silent',
    "The cluster's DNS did not answer when Spark looked up the API server (kubernetes.default.svc).",
    'Run it again',
  ],
  [
    'path-not-found',
    "data/people.csv does not exist where driver and executors run: they do not get this machine's files automatically.",
    'Add --files data/people.csv (a file or a folder of the current folder)',
  ],
  ['module-not-found', "The job's Python has no module no_such_module.", 'Add its package: --with no_such_module'],
  [
    'python-worker-killed',
    'A Python worker of executor 1 crashed; this happens when it uses too much memory and the kernel kills it.',
    'Give Python more memory: executor.overhead or executor.pyspark in spark-dev.yaml, or --executor-memory',
  ],
  [
    'hive-in-use',
    "Another program has Hive's catalog /home/spark-dev/state/tables/data-t09-c78d0990/metastore_db open, and Derby lets in one at a time.",
    'Run it again when the other one has ended',
  ],
])('explains %s', (log, why, fix) => {
  const { stdout, exitCode } = recorded(`spark/${log}`);
  const error = explain(stdout.split('\n'), { exitCode });
  expect(error).toMatchObject({ code: 'JOB_FAILED', exitCode: 10, why });
  expect(error.fix[0]).toBe(fix);
  expect(error.fix.at(-1)).toBe("Read the driver's log: /runs/1/driver.log");
});

it('says the limit of a driver that was killed for its memory, and how to raise it', () => {
  const { why, fix } = explain([], { exitCode: 137, reason: 'OOMKilled', memoryLimit: '896Mi' });
  expect(why).toContain('its limit of 896Mi (OOMKilled)');
  expect(fix[0]).toContain('--driver-memory');
});

it("leaves an application's own failure in its own words", () => {
  const log = [
    'java.lang.IllegalStateException: no orders',
    '\tat org.acme.Orders',
    '26/11/21 INFO Shutdown hook called',
  ];
  const { why, fix } = explain(log);
  expect(why).toBe('java.lang.IllegalStateException: no orders');
  expect(fix).toEqual(["Read the driver's log: /runs/1/driver.log"]);
});

const python = (errors: readonly string[], note: ProgramNote = { exitCode: 1 }) =>
  explain(['26/11/30 INFO SparkContext: stopped'], { errors, note: { ended: 'python', ...note } });

it.each([
  ['no word of its own', [], { exitCode: 3 }, 'It ended by itself, without an exception.'],
  ['a warning before another code', ['careful'], { exitCode: 3 }, 'It ended by itself, without an exception.'],
  ['sys.exit(text)', ['input folder is empty', ''], { exitCode: 1 }, 'input folder is empty'],
  ['argparse', ['usage: x', 'x: error: not a number'], { exitCode: 2 }, 'x: error: not a number'],
  [
    'an exception with a name of its own',
    ['Traceback (most recent call last):', '  File "x.py", line 1', 'acme.Stopped: no orders', 'none at all'],
    { exitCode: 1 },
    'acme.Stopped: no orders',
  ],
  [
    'an exception of the JVM',
    [
      'Traceback (most recent call last):',
      '  File "x.py", line 1',
      'py4j.protocol.Py4JJavaError: An error occurred while calling o1.collect.',
      ': org.apache.spark.SparkException: Job aborted',
      '\tat org.apache.spark',
    ],
    { exitCode: 1 },
    'org.apache.spark.SparkException: Job aborted',
  ],
])('takes for the reason of a Python program: %s', (_, errors, note, why) => {
  const error = python(errors, note);
  expect(error.why).toBe(why);
  expect(error.facts).toMatchObject({ driverExitCode: note.exitCode });
});

it.each([
  [
    "ModuleNotFoundError: No module named 'pyspark.sql'; 'pyspark' is not a package",
    'A file pyspark.py of the application hides the library pyspark: Python finds the file first.',
  ],
  [
    "AttributeError: partially initialized module 'random' has no attribute 'randint' (most likely due to a circular import)",
    'A file random.py of the application hides the library random: Python finds the file first.',
  ],
  [
    '_pickle.PicklingError: Could not serialize object: PySparkRuntimeError: [CONTEXT_ONLY_VALID_ON_DRIVER] It appears that you are attempting to reference SparkContext from a broadcast variable, action, or transformation.',
    'A function that runs on the executors uses the SparkContext or SparkSession, or a DataFrame or RDD; these exist only in the driver.',
  ],
])('explains %s', (line, why) => {
  expect(python(['Traceback (most recent call last):', '  File "x.py", line 1', line]).why).toBe(why);
});

it('says by which signal it was killed', () => {
  const { what, facts } = python(['rows 3'], { signal: 'SIGKILL' });
  expect(what).toBe('The job failed: the Python program was killed by SIGKILL');
  expect(facts).toMatchObject({ signal: 'SIGKILL' });
});

it('never takes a line for the reason that may be of stdout', () => {
  expect(explain(['rows 3'], { output: undefined, exitCode: 1 }).why).toBe('It ended by itself, without an exception.');
  expect(explain(['no orders'], { output: 'rows 3', exitCode: 1 }).why).toBe('no orders');
});

it('holds nothing against an application that it caught itself and went on from', () => {
  const caught = recorded('spark/module-not-found').stdout.trim().split('\n');
  expect(explain([...caught, 'without it, then', 'ValueError: no orders']).why).toBe('ValueError: no orders');
});

it('puts the memory first', () => {
  const { stdout } = recorded('spark/class-not-found-4.3.0');
  const { why } = explain(stdout.split('\n'), { exitCode: 137, reason: 'OOMKilled' });
  expect(why).toContain('used more memory than its limit');
});
