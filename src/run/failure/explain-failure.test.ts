import { expect, it } from 'vitest';
import { recorded } from '../../../test/fakes/recorded.js';
import { explainJobFailure, type JobEnd } from './explain-failure.js';

const explain = (logTail: readonly string[], end: Partial<JobEnd> = {}) =>
  explainJobFailure({
    driver: 'orders-driver',
    exitCode: 1,
    reason: 'Error',
    logFile: '/runs/1/driver.log',
    logTail,
    ...end,
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
  [
    'module-not-found',
    "The job's Python has no module no_such_module.",
    'In local mode, install it for the python3 on the PATH',
  ],
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
  expect(explain(['first', 'last', '']).why).toBe('last');
  expect(explain([]).why).toBe('It printed nothing.');
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
