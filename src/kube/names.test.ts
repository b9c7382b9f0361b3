import { expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.js';
import { clusterEnv } from './names.js';

const local =
  'localhost,127.0.0.1,192.168.49.0/24,192.168.58.0/24,192.168.67.0/24,192.168.76.0/24,10.96.0.0/12,10.244.0.0/16,.svc,.cluster.local';

it.each([
  ['HTTPS_PROXY alone', { HTTPS_PROXY: 'http://proxy:3128' }, local],
  [
    'exceptions of the user',
    { http_proxy: 'http://proxy:3128', no_proxy: 'in.example,localhost' },
    `in.example,${local}`,
  ],
  [
    'both spellings',
    { HTTP_PROXY: 'http://proxy:3128', NO_PROXY: 'a.example', no_proxy: 'b.example' },
    `a.example,b.example,${local}`,
  ],
  ['no proxy', { NO_PROXY: 'a.example' }, undefined],
  ['an empty proxy', { HTTP_PROXY: '' }, undefined],
])('leads children past the proxy to the cluster: %s', (_what, env, expected) => {
  const { NO_PROXY, no_proxy } = clusterEnv(createFakeHost({ env }), '/usr/bin');
  expect([NO_PROXY, no_proxy]).toEqual([expected, expected]);
});
