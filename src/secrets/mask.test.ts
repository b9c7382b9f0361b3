import { expect, it } from 'vitest';
import { maskArgv, maskText } from './mask.js';

it.each([
  ['http://ada:s3cret@proxy:3128/x', 'http://***@proxy:3128/x'],
  ['pull https://token@host and http://host/a@b', 'pull https://***@host and http://host/a@b'],
  ['Authorization: Bearer abcdefgh12345', 'Authorization: Bearer ***'],
  ['password=hunter2, user=ada', 'password=***, user=ada'],
  ["AWS_SECRET_ACCESS_KEY='a b' next", 'AWS_SECRET_ACCESS_KEY=*** next'],
  ['ghp_0123456789abcdef0123', '***'],
  ['eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.sig-na_ture', '***'],
  ['it said opensesame twice: opensesame', 'it said *** twice: ***'],
  ['memory=6g --cpus=4 image: spark:4', 'memory=6g --cpus=4 image: spark:4'],
  ['kubectl get secrets -n spark', 'kubectl get secrets -n spark'],
])('%j becomes %j', (text, expected) => {
  expect(maskText(text, { MY_TOKEN: 'opensesame', PASSWORD: 'get', HOME: 'twice' })).toBe(expected);
});

it('masks the value of a flag, in whatever form, and nothing else', () => {
  const argv = ['tool', '--token', 'abc', '--password=x y', '-v', '--secret', '--cpus', '4', 'spark.s3a.secret.key=K'];
  expect(maskArgv(argv)).toEqual([
    ...['tool', '--token', '***', '--password=***', '-v', '--secret', '--cpus', '4', 'spark.s3a.secret.key=***'],
  ]);
  expect(maskArgv(['docker', 'build', '--build-arg', 'HTTP_PROXY=http://a:b@c', '.'])).toEqual([
    ...['docker', 'build', '--build-arg', 'HTTP_PROXY=http://***@c', '.'],
  ]);
});
