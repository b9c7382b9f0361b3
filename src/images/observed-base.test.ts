import { describe, expect, it } from 'vitest';
import { recorded } from '../../test/fakes/recorded.js';
import { findSparkVersion, sparkVersion } from '../toolchain/spark/versions.js';
import { classifyBase, parseLook, type ObservedBase } from './observed-base.js';

const looked = recorded('docker/look-at-spark').stdout;
const fit: ObservedBase = { arch: 'amd64', daemonArch: 'amd64', ...parseLook(looked) };

it('reads what the image answers', () => {
  expect(parseLook(looked)).toEqual({
    spark: { version: '4.3.0', scala: '2.13' },
    javaMajor: 17,
    pythonMinor: 11,
    hasPyspark: true,
    missing: [],
  });
  expect(parseLook(recorded('docker/look-at-debian').stdout)).toEqual({
    spark: undefined,
    javaMajor: undefined,
    pythonMinor: undefined,
    hasPyspark: false,
    missing: ['python3', 'tini'],
  });
});

describe('judgeBase', () => {
  it('has nothing against one that has all', () => {
    expect(classifyBase(fit, sparkVersion)).toEqual([]);
  });

  it.each<[string, Partial<ObservedBase>, string]>([
    ['another processor', { arch: 'arm64' }, 'It is built for arm64, but this Docker runs amd64.'],
    ['no Spark', { spark: undefined }, 'It contains no Spark'],
    ['another Spark', { spark: { version: '4.1.2', scala: '2.13' } }, 'It has Spark 4.1.2, but 4.3.0 was requested.'],
    ['another Scala', { spark: { version: '4.3.0', scala: '2.12' } }, 'uses Scala 2.12'],
    ['too old a Java', { javaMajor: 11 }, 'It has Java 11, but Spark 4.3.0 runs here with 17 to 25.'],
    ['no Java', { javaMajor: undefined }, 'It has no Java 9 or newer'],
    ['no Python', { pythonMinor: undefined, missing: ['python3'] }, 'It has no python3, which PySpark'],
    ['too old a Python', { pythonMinor: 10 }, 'It has Python 3.10, but Spark 4.3.0 needs 3.11 or newer.'],
    ['no PySpark', { hasPyspark: false }, 'It has no PySpark in /opt/spark/python.'],
    ['none of the programs', { missing: ['tini', 'openssl'] }, 'It has no tini, no openssl.'],
  ])('says of %s just that', (_what, change, reason) => {
    expect(classifyBase({ ...fit, ...change }, sparkVersion)).toEqual([expect.stringContaining(reason)]);
  });

  it('says all at once', () => {
    const facts = { ...fit, javaMajor: 21, pythonMinor: undefined, hasPyspark: false };
    expect(classifyBase(facts, findSparkVersion('3.5.9'))).toHaveLength(5);
  });
});
