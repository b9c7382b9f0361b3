import { expect, it } from 'vitest';
import { sizeConf } from './conf.js';
import { shapeJob } from '../job/job-shape.js';

it('says what was wished, and a request of its own for CPU', () => {
  expect(sizeConf(shapeJob('jvm', { executorMemoryMb: 2048, executorCores: 2, executors: 3 }))).toEqual({
    'spark.driver.memory': '512m',
    'spark.driver.cores': '1',
    'spark.kubernetes.driver.request.cores': '100m',
    'spark.executor.memory': '2048m',
    'spark.executor.cores': '2',
    'spark.kubernetes.executor.request.cores': '2000m',
    'spark.executor.instances': '3',
  });
});

it('says what is beside the heap where it was said', () => {
  const { driver, executor, ...job } = shapeJob('python');
  const conf = sizeConf({
    ...job,
    driver: { ...driver, overheadMb: 100, limitMilli: 500 },
    executor: { ...executor, overheadFactor: 0.3, minOverheadMb: 64, offHeapMb: 128, pysparkMb: 256 },
    overheadFactor: 0.2,
  });
  expect(conf).toMatchObject({
    'spark.driver.memoryOverhead': '100m',
    'spark.kubernetes.driver.limit.cores': '500m',
    'spark.executor.memoryOverheadFactor': '0.3',
    'spark.executor.minMemoryOverhead': '64m',
    'spark.memory.offHeap.enabled': 'true',
    'spark.memory.offHeap.size': '128m',
    'spark.executor.pyspark.memory': '256m',
    'spark.kubernetes.memoryOverheadFactor': '0.2',
  });
});
