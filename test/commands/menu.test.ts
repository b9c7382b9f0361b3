import { describe, expect, it } from 'vitest';
import { commandEntries } from '../../src/cli/commands.js';
import { askMenu } from '../../src/cli/menu.js';
import type { Ui } from '../../src/ports/ui.js';
import { createFakeUi } from '../fakes/fake-ui.js';
import { call } from '../worlds/call.js';
import { listCommands, probe } from '../worlds/probe.js';

const menu = (answers: Readonly<Record<string, string>>, env = {}): ReturnType<typeof call> =>
  call([], { world: { confirms: true, answers }, isTerminal: true, env });

/** All that the menu of a real call can offer. */
async function listOffers(): Promise<readonly string[]> {
  let offers: readonly string[] = [];
  const ui: Ui = {
    ...createFakeUi({ confirms: true }),
    select: ({ choices, preferred }) => {
      if (offers.length === 0) offers = choices.map(({ value }) => value);
      return Promise.resolve(preferred);
    },
  };
  await askMenu(ui, commandEntries);
  return offers;
}

describe('no words on a terminal', () => {
  it('open a menu, and do what is chosen as the call does that it prints', async () => {
    const { exitCode, stdout, host } = await menu({ 'a command': 'doctor' });
    expect(exitCode).toBe((await call(['doctor'], { world: { confirms: true } })).exitCode);
    expect(stdout).toMatch(/\d+ ok, /);
    expect(host.ui.lines.slice(0, 3)).toEqual(['? What do you want to do?', '? What next?', '$ spark-dev doctor']);
  });

  it.each([
    [{ 'a command': 'doctor', '--fix': 'fix' }, '$ spark-dev doctor --fix'],
    [{ 'a command': 'run', '<app>': 'my app', '--target': 'local' }, "$ spark-dev run 'my app' --target local"],
    [{ 'a command': 'run' }, '$ spark-dev run sparkpi'],
    [{ 'a command': '--help' }, '$ spark-dev --help'],
  ])('%j is %s', async (answers, equal) => {
    expect((await menu(answers)).host.ui.lines).toContain(equal);
  });

  it('offer only what there is, and each of that is understood', async () => {
    const offers = await listOffers();
    expect(offers).toEqual(expect.arrayContaining(['run', 'doctor', 'init', 'status', 'down', '--help']));
    for (const offer of offers) expect((await call([...offer.split(' '), '--help'])).exitCode, offer).toBe(0);
    const alone = createFakeUi({ confirms: true });
    expect(await askMenu(alone, listCommands(probe))).toEqual(['--help']);
  });
});

it.each([
  ['without a terminal', { isTerminal: false, world: { confirms: true } }],
  ['in CI', { isTerminal: true }],
])('%s no words show the help', async (_name, around) => {
  const { exitCode, stdout, host } = await call([], around);
  expect([exitCode, stdout]).toEqual([0, (await call(['--help'])).stdout]);
  expect(host.ui.lines).toEqual([]);
});

it.each([{ SPARK_DEV_NO_INPUT: '1' }, { SPARK_DEV_YES: '1' }])('with %j nobody is asked', async (env) => {
  const { request } = await menu({}, env);
  expect(request?.input).toBe(false);
});
