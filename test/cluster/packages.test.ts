import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { runProgram } from '../program/program.js';
import { requirePrepared } from './prepared-cluster.js';

const program = `
import six
from pyspark.sql import SparkSession

spark = (
    SparkSession.builder
    .config("spark.jars.packages", "org.apache.spark:spark-avro_2.13:4.0.0")
    .getOrCreate()
)
spark.sparkContext.parallelize(range(2), 2).map(lambda n: __import__("six").__version__).collect()
writer = spark._jvm.java.lang.Class.forName("org.apache.spark.sql.avro.AvroFileFormat")
print("six", six.__version__, "and", writer.getSimpleName())
`;

const folder = mkdtempSync(join(tmpdir(), 'spark-dev-tests-'));
writeFileSync(join(folder, 'job.py'), program);
writeFileSync(join(folder, 'requirements.txt'), 'pyspark==3.5.0\nsix==1.17.0\n');

beforeAll(() => requirePrepared());

it.each(['local', 'cluster'])('lays in packages of pip and Maven that the program asks for: %s', async (target) => {
  const { exitCode, stdout, stderr } = await runProgram(['run', 'job.py', '--target', target], {}, folder);
  expect(exitCode, stderr).toBe(0);
  expect(stdout + stderr).toContain('six 1.17.0 and AvroFileFormat');
});
