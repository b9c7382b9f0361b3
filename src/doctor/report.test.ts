import { expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.js';
import { redact, shareReport } from './report.js';

const env = { USER: 'ada', HTTPS_PROXY: 'http://ada:pw@proxy', MY_TOKEN: 'opensesame' };
const made = createFakeHost({ env, platform: { hostName: 'engine.example.com' } });
const host = { ...made, directories: { ...made.directories, userHome: '/home/ada', working: '/srv/secret-project' } };

it.each([
  ['at /home/ada/.cache and /srv/secret-project/x', 'at ~/.cache and ./x'],
  ['user Ada, adapter, ada-laptop', 'user (user), adapter, (user)-laptop'],
  ['on engine.example.com or engine: an engineer', 'on (host) or (host): an engineer'],
  ['proxy http://ada:pw@proxy:3128', 'proxy http://***@proxy:3128'],
  ['token opensesame, password=x', 'token ***, password=***'],
])('%j becomes %j', (text, expected) => {
  expect(redact(text, host)).toBe(expected);
});

it('keeps its table whole whatever a check says', () => {
  const result = {
    id: 'x',
    group: 'Machine',
    title: 'X',
    status: 'fail',
    detail: 'a|b\n`c`\u001b[31m',
    fix: [],
    tookMs: 1,
  } as const;
  expect(shareReport(host, [result], '1.0.0').slice(-3)).toEqual(["| ✗ fail | x | a\\|b 'c' |", '', '0 ok, 1 failed']);
});
