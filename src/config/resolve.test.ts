import { expect, it } from 'vitest';
import { resolveSettings } from './resolve.js';

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
