import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.js';
import { driverJavaOptions, keepBlanks, sparkJavaOptions } from './java-options.js';

describe('sparkJavaOptions', () => {
  it('leaves the vector module out where this Java has none', () => {
    const withModule = sparkJavaOptions({ hasVectorModule: true });
    const without = sparkJavaOptions({ hasVectorModule: false });
    expect(withModule.filter((option) => !without.includes(option))).toEqual(['--add-modules=jdk.incubator.vector']);
  });

  it('is what the image gives its JVMs', () => {
    const entrypoint = readFileSync(
      join(createFakeHost().directories.package, 'images', 'spark', 'entrypoint.sh'),
      'utf8',
    );
    const listed = /java_options=\(\n([^)]*)\)/.exec(entrypoint)?.[1]?.trim().split(/\s+/);
    expect(listed).toEqual(sparkJavaOptions({ hasVectorModule: true }));
  });
});

describe('keepBlanks', () => {
  const options = 'spark.driver.extraJavaOptions';

  it("hands over by the driver's JVM what Spark would trim", () => {
    const kept = keepBlanks({ 'spark.a': ' a "b\\ ', 'spark.sep': ' ', 'spark.b': 'b c', [options]: '-Dx="y z"' });
    expect(Object.keys(kept).toSorted()).toEqual(['spark.b', options]);
    expect(driverJavaOptions(kept)).toEqual(['-Dx=y z', '-Dspark.a= a "b\\ ', '-Dspark.sep= ']);
    // that is a property too
    expect(kept[options]).toBe(kept[options]?.trim());
  });

  it.each([
    { 'spark.a': 'b' },
    { 'spark.kubernetes.x': 'a ' },
    { 'spark.jars': 'a, ' },
    { 'spark.a': 'ä ' },
    { a: 'b ' },
  ])('leaves %j as it is', (conf) => {
    expect(keepBlanks(conf)).toEqual(conf);
  });
});
