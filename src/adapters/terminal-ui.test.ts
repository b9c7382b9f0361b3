import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Ui } from '../ports/ui.js';
import { createTerminalUi, type UiSettings } from './terminal-ui.js';

const plain: UiSettings = { verbosity: 1, yes: false, input: true, terminal: false, colour: false };

function createUi(
  settings: Partial<UiSettings> = {},
  isTTY = false,
): { readonly ui: Ui; readonly shown: () => string } {
  const out = Object.assign(new PassThrough(), { columns: 60, isTTY }) as unknown as NodeJS.WriteStream & PassThrough;
  let text = '';
  out.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return { ui: createTerminalUi({ ...plain, ...settings }, out), shown: () => text };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

it('without a terminal says one line a change, and a heartbeat every 30 s', () => {
  const { ui, shown } = createUi();
  const step = ui.step('Build it');
  step.progress('modules', 3, 10);
  vi.advanceTimersByTime(61_000);
  step.done('all of it');
  step.done('twice');
  vi.advanceTimersByTime(60_000);
  expect(shown()).toBe(
    '… Build it\n… Build it · modules 3/10 (30.0 s)\n… Build it · modules 3/10 (1 min 0 s)\n✓ Build it: all of it (1 min 1 s)\n',
  );
});

it('on a terminal redraws the open steps and leaves the finished ones', () => {
  const { ui, shown } = createUi({ terminal: true });
  const step = ui.step('One');
  vi.advanceTimersByTime(200);
  step.fail('no');
  expect(shown()).toBe(
    '… One (0.0 s)\n\u001b[1A\u001b[J… One (0.1 s)\n\u001b[1A\u001b[J… One (0.2 s)\n\u001b[1A\u001b[J✗ One: no (0.2 s)\n',
  );
});

it('once closed draws no more, so that an error stays on the screen', () => {
  const { ui, shown } = createUi({ terminal: true });
  ui.step('Left open');
  ui.close();
  const before = shown();
  vi.advanceTimersByTime(60_000);
  expect(shown()).toBe(before);
  expect(before.endsWith('\u001b[1A\u001b[J')).toBe(true);
});

it('tells a terminal that is gone nothing more, not even what is open', () => {
  let gone = false;
  const { ui, shown } = createUi({ terminal: true, isTerminalGone: () => gone });
  ui.step('Left open');
  const before = shown();
  gone = true;
  vi.advanceTimersByTime(60_000);
  ui.say('said');
  ui.warn('warned');
  ui.close();
  expect(shown()).toBe(before);
});

it('is quiet but for warnings with -q, and tells more with -v and -vv', () => {
  const talk = (verbosity: UiSettings['verbosity']): string => {
    const { ui, shown } = createUi({ verbosity });
    ui.say('said');
    ui.log('logged');
    ui.step('step').done();
    ui.warn('warned');
    ui.detail('detail');
    ui.detail('all', 2);
    return shown();
  };
  expect(talk(0)).toBe('! warned\n');
  expect(talk(1)).toBe('said\nlogged\n… step\n✓ step (0.0 s)\n! warned\n');
  expect(talk(2)).toContain('detail\n');
  expect(talk(2)).not.toContain('all\n');
  expect(talk(3)).toContain('all\n');
});

it('lets no foreign escape sequence through', () => {
  const { ui, shown } = createUi({ terminal: true });
  ui.say('a\u001b[2Jb');
  ui.warn('c\u001b]0;title\u0007d');
  ui.step('e\u001b[31m').progress('f\nwith\u0007');
  vi.advanceTimersByTime(100);
  // eslint-disable-next-line no-control-regex -- our own cursor movements are taken away
  expect(shown().replaceAll(/\u001b\[(?:1A|J)/g, '')).not.toMatch(/\u001b|\u0007/);
  expect(shown()).toContain('ab\n! cd\n');
});

it('gives a terminal the colours of an application and no more, and a file all of it, whatever can be asked', () => {
  const line = 'a\u001b[31mb\u001b]52;c;AAAA\u0007';
  for (const [isTTY, shown] of [
    [true, 'a\u001b[31mb\n'],
    [false, `${line}\n`],
  ] as const) {
    const { ui, shown: all } = createUi({ verbosity: 2 }, isTTY);
    ui.log(line);
    ui.detail(line);
    expect(all()).toBe(shown.repeat(2));
  }
});

it('draws nothing into an unfinished line of the application on the same screen', () => {
  const printed: string[] = [];
  const print = (data: Uint8Array): void => {
    printed.push(Buffer.from(data).toString());
  };
  const { ui, shown } = createUi({ terminal: true, sharesScreen: true, print });
  ui.step('One');
  ui.output?.(Buffer.from('half'));
  const before = shown();
  vi.advanceTimersByTime(1000);
  expect(shown()).toBe(before);
  ui.output?.(Buffer.from(' whole\n'));
  expect(shown()).not.toBe(before);
  ui.output?.(Buffer.from('again'));
  ui.warn('careful');
  expect(shown()).toContain('\n! careful\n');
  expect(printed.join('')).toBe('half whole\nagain');
});

it('asks nobody who is not there, naming the flag, and takes --yes for an answer', async () => {
  const choices = [
    { value: 'a', label: 'A' },
    { value: 'b', label: 'B' },
  ] as const;
  const select = { message: 'Which?', flag: '--which', preferred: 'b', choices } as const;
  const input = { message: 'How much?', flag: '--memory', preferred: '6g' };
  for (const settings of [{}, { terminal: true, input: false }]) {
    const { ui } = createUi(settings);
    expect(ui.interactive).toBe(false);
    for (const [asked, fix] of [
      [ui.confirm('Go on?'), ['Run it again with --yes']],
      [ui.select(select), ['Run it again with --which', 'Run it again with --yes']],
      [ui.input(input), ['Run it again with --memory', 'Run it again with --yes']],
    ] as const)
      await expect(asked).rejects.toMatchObject({ code: 'NON_INTERACTIVE', fix });
  }
  const { ui, shown } = createUi({ yes: true });
  expect([await ui.confirm('Go on?'), await ui.select(select), await ui.input(input)]).toEqual([true, 'b', '6g']);
  expect(shown()).toBe('');
});
