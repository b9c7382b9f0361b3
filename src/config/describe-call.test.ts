import { expect, it } from 'vitest';
import { describeCall } from './describe-call.js';

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
