import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { readSparkApplication } from './spark-application.js';
import type { Json } from './plain-json.js';

const kubeflow = `
apiVersion: sparkoperator.k8s.io/v1beta2
kind: SparkApplication
metadata: { name: nightly }
spec:
  type: Python
  mode: cluster
  image: shop/orders:1.4
  mainApplicationFile: local:///opt/app/etl.py
  arguments: ['2026']
  restartPolicy: { type: OnFailure }
  sparkConf: { spark.x: 1 }
  hadoopConf: { fs.s3a.endpoint: http://minio }
  deps: { packages: [a:b:1, c:d:2], jars: [local:///x.jar] }
  dynamicAllocation: { enabled: true, maxExecutors: 4 }
  volumes:
    - { name: data, persistentVolumeClaim: { claimName: mine } }
    - { name: fast, emptyDir: { medium: Memory, sizeLimit: 1Gi } }
    - { name: host, hostPath: { path: /x } }
  driver:
    coreLimit: 1200m
    memory: 1g
    serviceAccount: spark
    env:
      - { name: A, value: '1' }
      - { name: PASSWORD, valueFrom: { secretKeyRef: { name: db, key: password } } }
    volumeMounts: [{ name: data, mountPath: /data, readOnly: true }, { name: host, mountPath: /host }]
  executor:
    instances: 2
    cores: 2
    secrets: [{ name: keys, path: /etc/keys }]
    volumeMounts: [{ name: fast, mountPath: /fast }]
    affinity: {}
`;

it("reads kubeflow's application, and names what an entry cannot say", () => {
  expect(readSparkApplication(parse(kubeflow) as Json)).toEqual({
    name: 'nightly',
    entry: {
      path: 'local:///opt/app/etl.py',
      args: ['2026'],
      image: 'shop/orders:1.4',
      deployMode: 'cluster',
      jars: ['local:///x.jar'],
      driver: { memory: '1g', env: { A: '1' } },
      executor: { cores: 2 },
      executors: 2,
      serviceAccount: 'spark',
      secrets: [
        { secret: 'db', env: 'PASSWORD', key: 'password', on: 'driver' },
        { secret: 'keys', path: '/etc/keys', on: 'executor' },
      ],
      volumes: [
        { name: 'data', path: '/data', readOnly: true, claim: 'mine', on: 'driver' },
        { name: 'fast', path: '/fast', emptyDir: { medium: 'memory', size: '1Gi' }, on: 'executor' },
      ],
    },
    properties: {
      'spark.x': '1',
      'spark.hadoop.fs.s3a.endpoint': 'http://minio',
      'spark.jars.packages': 'a:b:1,c:d:2',
      'spark.dynamicAllocation.enabled': 'true',
      'spark.dynamicAllocation.maxExecutors': '4',
      'spark.kubernetes.driver.limit.cores': '1200m',
    },
    leftOut: [
      'spec.restartPolicy',
      'spec.driver.volumeMounts host (put it into a pod template)',
      'spec.executor.affinity',
    ],
  });
});

it.each([
  [
    { mainClass: 'org.acme.Pi', jars: 'local:///pi.jar', driverArgs: ['9'], driverSpec: {} },
    { path: 'local:///pi.jar', main: 'org.acme.Pi', args: ['9'], spark: '4.3.0' },
    ['spec.driverSpec'],
  ],
  [
    { pyFiles: 'local:///pi.py,local:///lib.py', jars: 'local:///x.jar' },
    { path: 'local:///pi.py', pyFiles: ['local:///lib.py'], jars: ['local:///x.jar'], spark: '4.3.0' },
    [],
  ],
])("reads Apache's application %j", (spec, entry, leftOut) => {
  const sparkConf = { 'spark.kubernetes.container.image': 'apache/spark:{{SPARK_VERSION}}' };
  const object = {
    apiVersion: 'spark.apache.org/v1',
    kind: 'SparkApplication',
    spec: { ...spec, sparkConf, runtimeVersions: { sparkVersion: '4.3.0' } },
  };
  const properties = { 'spark.kubernetes.container.image': 'apache/spark:4.3.0' };
  expect(readSparkApplication(object)).toEqual({ name: undefined, entry, properties, leftOut });
});

it('reads what a schedule starts, and no other object', () => {
  const spec = { schedule: '@daily', template: { mainApplicationFile: 'etl.py' } };
  const object = { apiVersion: 'sparkoperator.k8s.io/v1beta2', kind: 'ScheduledSparkApplication', spec };
  expect(readSparkApplication(object)?.entry).toEqual({ path: 'etl.py' });
  expect(readSparkApplication({ ...object, kind: 'SparkConnect' })).toBeUndefined();
  expect(readSparkApplication({ apiVersion: 'v1', kind: 'Pod' })).toBeUndefined();
});
