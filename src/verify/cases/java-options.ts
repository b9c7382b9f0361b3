import type { VerifyCase } from '../case.js';

const suite = 'BasicTestsSuite';
const collector = (name: string): Record<string, string> => ({
  'spark.driver.extraJavaOptions': `-XX:+Use${name}`,
  'spark.executor.extraJavaOptions': `-XX:+Use${name}`,
});

/** JVM options; also part of BasicTestsSuite. */
export const javaOptionCases: readonly VerifyCase[] = [
  {
    id: 'B10',
    suite,
    title: 'Run extraJVMOptions check on driver',
    need: 'must',
    application: 'jvm-settings',
    conf: { 'spark.driver.extraJavaOptions': '-Dspark.test.foo=spark.test.bar' },
    logs: { driver: ['(spark.test.foo,spark.test.bar)'] },
    faultInjection: {
      by: 'a different value of the property',
      change: { conf: { 'spark.driver.extraJavaOptions': '-Dspark.test.foo=other' } },
      red: 'did not log "(spark.test.foo,spark.test.bar)"',
    },
  },
  {
    id: 'B11',
    suite,
    title: 'SPARK-42474: Run extraJVMOptions JVM GC option check - G1GC',
    need: 'optional',
    since: '3.5.0',
    application: 'jvm-settings',
    conf: collector('G1GC'),
    logs: { driver: ['JVM G1GC Flag: true'] },
    faultInjection: {
      by: 'a different collector',
      change: { conf: collector('SerialGC') },
      red: 'did not log "JVM G1GC Flag: true"',
    },
  },
  {
    id: 'B12',
    suite,
    title: 'SPARK-42474: Run extraJVMOptions JVM GC option check - Other GC',
    need: 'optional',
    since: '3.5.0',
    application: 'jvm-settings',
    conf: collector('ParallelGC'),
    logs: { driver: ['JVM G1GC Flag: false'] },
    faultInjection: {
      by: 'G1',
      change: { conf: collector('G1GC') },
      red: 'did not log "JVM G1GC Flag: false"',
    },
  },
];
