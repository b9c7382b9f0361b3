import { describe, expect, it } from 'vitest';
import { deleteArgv, dockerEnvArgv, startArgv, statusArgv, stopArgv } from './argv.js';

const profile = { minikube: '/tools/minikube', profile: 'spark-dev' };

describe('what minikube is told', () => {
  it('start, with all that we count on said aloud', () => {
    const size = { cpus: 5, memoryMb: 6144, reserved: 'cpu=3,memory=10240Mi' };
    expect(
      startArgv(profile, { nodeImage: 'spark-dev/node:1', kubernetesVersion: 'v1.34.4', size, asRoot: true }),
    ).toEqual([
      '/tools/minikube',
      'start',
      '-p',
      'spark-dev',
      '--driver=docker',
      '--container-runtime=docker',
      '--keep-context',
      '--force',
      '--base-image=spark-dev/node:1',
      '--kubernetes-version=v1.34.4',
      '--preload=false',
      '--cpus=5',
      '--memory=6144mb',
      '--extra-config=kubelet.system-reserved=cpu=3,memory=10240Mi',
      '--interactive=false',
      '--output=json',
    ]);
  });

  it('no --force for anybody but root, and nothing reserved when there is nothing to reserve', () => {
    const argv = startArgv(profile, {
      nodeImage: 'n',
      kubernetesVersion: 'v1',
      size: { cpus: 2, memoryMb: 2048, reserved: '' },
      asRoot: false,
    });
    expect(argv.filter((word) => word === '--force' || word.startsWith('--extra-config'))).toEqual([]);
  });

  it('no size for a profile that is there already', () => {
    const argv = startArgv(profile, { nodeImage: 'n', kubernetesVersion: 'v1', size: undefined, asRoot: true });
    expect(argv.filter((word) => /cpus|memory/.test(word))).toEqual([]);
  });

  it.each([
    [stopArgv(profile), 'stop -p spark-dev'],
    [deleteArgv(profile), 'delete -p spark-dev'],
    [statusArgv(profile), 'status -p spark-dev -o json'],
    [dockerEnvArgv(profile), 'docker-env -p spark-dev --shell none'],
  ])('%j names the profile', (argv, shown) => {
    expect(argv.slice(1).join(' ')).toBe(shown);
  });
});
