import { expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.js';
import { recorded } from '../../../test/fakes/fake-machine.js';
import { readDockerEnv, awaitDns } from './profile.js';

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

const cluster = { minikube: 'minikube', profile: 'spark-dev', env: {} };
const nslookup = ['docker', 'exec', 'spark-dev', 'nslookup'];

it("waits until the cluster's DNS answers", async () => {
  const refused = { argv: nslookup, exitCode: 1, stdout: ';; connection timed out; no servers could be reached' };
  const host = createFakeHost({
    programs: [{ ...refused, once: true }, { ...refused, once: true }, { argv: nslookup }],
  });
  await awaitDns(host, cluster);
  expect(host.runner.calls).toHaveLength(3);
});

it('gives up on DNS after two minutes, with its last words', async () => {
  const host = createFakeHost({ programs: [{ argv: nslookup, exitCode: 1, stdout: 'no servers could be reached' }] });
  await expect(awaitDns(host, cluster)).rejects.toMatchObject({
    code: 'TIMED_OUT',
    why: 'no servers could be reached',
  });
});
