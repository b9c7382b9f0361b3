import { expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.js';
import { recorded } from '../../../test/fakes/fake-machine.js';
import { readDockerEnv } from './provider.js';

it.each([
  [{ HTTPS_PROXY: 'http://proxy.example:3128' }, /(^|,)192\.168\.49\.0\/24(,|$)/],
  [{}, /^none$/],
])("leads Docker's client past the proxy to the node's daemon: %j", async (env, exceptions) => {
  const { stdout } = recorded('minikube/docker-env-running');
  const host = createFakeHost({ programs: [{ argv: ['minikube', 'docker-env'], stdout }], env });
  const found = await readDockerEnv(host, { minikube: 'minikube', profile: 'spark-dev', env: {} });
  expect(found['DOCKER_HOST']).toMatch(/^tcp:/);
  expect(found['NO_PROXY'] ?? 'none').toMatch(exceptions);
});
