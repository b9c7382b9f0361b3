import { expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.js';
import { toolEnv, type ChildEnv } from './tool-env.js';

it('takes the settings for other clusters from what we start', () => {
  const env = {
    MINIKUBE_NODES: '3',
    SKAFFOLD_DEFAULT_REPO: 'r',
    DOCKER_DEFAULT_PLATFORM: 'linux/arm64',
    DOCKER_HOST: 'd',
  };
  const child: ChildEnv = { ...env, MINIKUBE_HOME: '/theirs', ...toolEnv(createFakeHost({ env })) };
  expect(Object.entries(child).filter(([, value]) => value === undefined)).toHaveLength(3);
  expect(child).toMatchObject({
    MINIKUBE_NODES: undefined,
    DOCKER_HOST: 'd',
    MINIKUBE_WANTUPDATENOTIFICATION: 'false',
  });
  expect(child['MINIKUBE_HOME']).not.toBe('/theirs');
});
