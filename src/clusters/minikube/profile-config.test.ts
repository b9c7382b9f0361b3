import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseProfileConfig, resizeProfileConfig } from './profile-config.js';

const text = JSON.stringify(recordedConfig(), undefined, 4);
const size = { cpus: 3, memoryMb: 8192, reserved: 'cpu=1,memory=16384Mi' };

function recordedConfig(): object {
  const file = new URL('../../../test/fixtures/minikube/profile-list.json', import.meta.url);
  const { stdout } = JSON.parse(readFileSync(file, 'utf8')) as { stdout: string };
  const [profile] = (JSON.parse(stdout) as { valid: [{ Config: object }] }).valid;
  return profile.Config;
}

it('reads what a profile was made with', () => {
  expect(parseProfileConfig(text)).toEqual({
    name: 'spark-dev',
    cpus: 2,
    memoryMb: 6144,
    reserved: 'memory=17961Mi',
    nodeImage: 'spark-dev/node:v1.34.4-000000000001',
    driver: 'docker',
    containerRuntime: 'docker',
    kubernetesVersion: 'v1.34.4',
  });
});

it.each([4, '\t'])('changes three figures and not one byte more (indented by %j)', (indent) => {
  const written = JSON.stringify(recordedConfig(), undefined, indent);
  expect(resizeProfileConfig(written, size)).toBe(
    written
      .replace('"CPUs": 2,', '"CPUs": 3,')
      .replace('"Memory": 6144,', '"Memory": 8192,')
      .replace('"memory=17961Mi"', '"cpu=1,memory=16384Mi"'),
  );
});

it('keeps other extra options, and adds or takes out ours', () => {
  const other = { Component: 'apiserver', Key: 'v', Value: '2' };
  const config = JSON.parse(text) as { KubernetesConfig: { ExtraOptions: unknown } };
  config.KubernetesConfig.ExtraOptions = [other];
  const added = resizeProfileConfig(JSON.stringify(config), size);
  expect(JSON.parse(added)).toHaveProperty('KubernetesConfig.ExtraOptions', [
    other,
    { Component: 'kubelet', Key: 'system-reserved', Value: size.reserved },
  ]);
  expect(JSON.parse(resizeProfileConfig(added, { ...size, reserved: '' }))).toHaveProperty(
    'KubernetesConfig.ExtraOptions',
    [other],
  );
  config.KubernetesConfig.ExtraOptions = null;
  expect(parseProfileConfig(JSON.stringify(config)).reserved).toBe('');
});

it('does not rewrite a number that it would change', () => {
  const lossy = text.replace('"StartHostTimeout": 360000000000,', '"StartHostTimeout": 94608000000000001,');
  expect(() => resizeProfileConfig(lossy, size)).toThrow('94608000000000001');
});

it.each(['', '{}', '{"CPUs":"2"}', 'null'])('is an error for %j', (broken) => {
  expect(() => parseProfileConfig(broken)).toThrow();
});
