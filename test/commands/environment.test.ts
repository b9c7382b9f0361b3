import { describe, expect, it } from 'vitest';
import { call as callWith } from '../worlds/call.js';
import { readEnvelope, readError, readResult } from '../worlds/envelope.js';
import { listCommands, probe } from '../worlds/probe.js';

const call = (words: readonly string[], around: Parameters<typeof callWith>[1] = {}): ReturnType<typeof callWith> =>
  callWith(words, { commands: listCommands(probe), ...around });

describe('the environment', () => {
  const options = async (env: Record<string, string>, ...words: string[]): Promise<unknown> =>
    readResult((await call(['probe', 'x', '--json', ...words], { env })).stdout)['options'];

  it('stands in for every flag, and a flag wins', async () => {
    expect(await options({})).toEqual({ verify: true });
    const env = { SPARK_DEV_TARGET: 'local', SPARK_DEV_UI_PORT: '4050', SPARK_DEV_NO_VERIFY: '1' };
    expect(await options(env)).toEqual({ target: 'local', uiPort: '4050', verify: false });
    expect(await options(env, '--target', 'auto')).toMatchObject({ target: 'auto' });
  });

  it.each([
    ['0', false],
    ['false', false],
    ['', false],
    ['1', true],
    ['YES', true],
  ])('SPARK_DEV_YES=%j agrees: %s', async (value, yes) => {
    expect((await call(['probe', 'x'], { env: { SPARK_DEV_YES: value } })).request?.yes).toBe(yes);
  });

  it.each([
    [{ SPARK_DEV_YES: 'maybe' }, 'SPARK_DEV_YES has an invalid value: "maybe"'],
    [{ SPARK_DEV_TARGET: 'mars' }, 'SPARK_DEV_TARGET has an invalid value: "mars"'],
    [{ SPARK_DEV_OUTPUT: 'yaml' }, 'SPARK_DEV_OUTPUT has an invalid value: "yaml"'],
  ])('%j is refused', async (env, what) => {
    const { exitCode, stderr } = await call(['probe', 'x'], { env });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(what);
  });

  it('may ask for JSON, also of an error', async () => {
    const env = { SPARK_DEV_OUTPUT: 'json' };
    expect(readEnvelope((await call(['probe', 'x'], { env })).stdout).ok).toBe(true);
    expect(readError((await call(['nonsense'], { env })).stdout).code).toBe('USAGE');
  });

  it('of the test process does not show through', async () => {
    process.env['SPARK_DEV_TARGET'] = 'local';
    try {
      expect(await options({})).toEqual({ verify: true });
    } finally {
      delete process.env['SPARK_DEV_TARGET'];
    }
  });
});
