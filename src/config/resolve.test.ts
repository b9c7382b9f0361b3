import { expect, it } from 'vitest';
import { resolveSettings, describeCall } from './resolve.js';
import { readMemoryMb } from '../text/sizes.js';

it('lets options win over files and files over nothing', () => {
  const files = { target: 'local', uiPort: 4050, memoryMb: 4096, source: 'upstream', apps: {}, origins: {} } as const;
  expect(resolveSettings({ target: 'cluster', memory: '6g' }, files)).toEqual({
    target: 'cluster',
    uiPort: 4050,
    memoryMb: 6144,
    source: 'upstream',
    apps: {},
    origins: {},
  });
});

it.each([
  [{ uiPort: '80' }, 'Invalid value for --ui-port: "80"'],
  [{ uiPort: '4040; rm -rf /' }, 'Invalid value for --ui-port: "4040; rm -rf /"'],
  [{ cpus: '1.5' }, 'Invalid value for --cpus: "1.5"'],
  [{ memory: 'lots' }, 'Invalid value for --memory: "lots"'],
])('refuses %j', (options, what) => {
  expect(() => resolveSettings(options, { apps: {}, origins: {} })).toThrow(what);
});

it.each([
  ['6g', 6144],
  ['6GiB', 6144],
  ['6144', 6144],
  ['6144mb', 6144],
  ['1.5g', 1536],
  ['', undefined],
  ['lots', undefined],
  ['-1g', undefined],
  ['0', undefined],
  ['6t', 6 * 1024 * 1024],
  ['2097152k', 2048],
  ['2147483648b', 2048],
  ['6x', undefined],
  ['6g; rm -rf /', undefined],
])('%j is %s MiB', (text, memoryMb) => {
  expect(readMemoryMb(text)).toBe(memoryMb);
});

const specs = [
  { flags: '--no-verify', description: '' },
  { flags: '--lock-timeout <seconds>', description: '', default: '1800' },
  { flags: '-d, --delete', description: '' },
  { flags: '--memory <size>', description: '' },
];

it.each([
  [{ verify: true, lockTimeout: '1800' }, 'spark-dev init --yes'],
  [{ verify: false, memory: '6g' }, 'spark-dev init --yes --no-verify --memory 6g'],
  [{ delete: true, lockTimeout: '5', unknown: 'x' }, 'spark-dev init --yes --lock-timeout 5 --delete'],
  [{ memory: 'a b', delete: false }, "spark-dev init --yes --memory 'a b'"],
])('%j is %s', (options, call) => {
  expect(describeCall('init --yes', specs, options)).toBe(call);
});
