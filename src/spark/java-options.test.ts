import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.js';
import { sparkJavaOptions } from './java-options.js';

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
