import { describe, expect, it } from 'vitest';
import type { InputQuestion, SelectQuestion } from '../../ports/ui.js';
import { fitClusterSize } from '../../kube/size.js';
import { dockerDesktop } from '../docker-desktop/provider.js';
import { minikube } from '../minikube/provider.js';
import { wizardQuestions, type WizardContext } from './wizard.js';

const big = { cpus: 16, memoryMb: 65_536 };
const fresh = { profile: 'absent', provider: undefined, providers: [minikube] } as const;
const both = [minikube, dockerDesktop];

function ask(id: string, host: WizardContext['host'], answers: Readonly<Record<string, string>> = {}) {
  return wizardQuestions.find((one) => one.id === id)?.ask({ ...fresh, host }, answers);
}

function read(id: string, answer: string): unknown {
  return wizardQuestions.find((one) => one.id === id)?.read(answer);
}

function offers(host: WizardContext['host']): readonly (readonly [string, string | undefined])[] {
  return (ask('size', host) as SelectQuestion<string>).choices.map(({ value, hint }) => [value, hint]);
}

describe('the size', () => {
  it('is offered with its reasons, the fitted one first', () => {
    expect(offers(big)).toEqual([
      ['5 6g', "Spark's recommendation; leaves 11 CPUs and 58.0 GB for the host"],
      ['3 4g', "Spark's minimum"],
      ['15 48g', 'for bigger jobs; leaves little for the host'],
      ['own', undefined],
    ]);
    expect(ask('size', big)).toMatchObject({ preferred: '5 6g', flag: '--cpus and --memory' });
  });

  it('is never one that this host would refuse, nor the same twice', () => {
    for (const cpus of [2, 3, 4, 6, 64])
      for (const memoryMb of [4096, 5461, 8192, 16_384, 262_144]) {
        const host = { cpus, memoryMb };
        const values = offers(host).map(([value]) => value);
        expect(new Set(values).size).toBe(values.length);
        for (const value of values.filter((one) => one !== 'own')) {
          const options = read('size', value) as { cpus: string; memory: string };
          const size = { cpus: Number(options.cpus), memoryMb: memoryIn(options.memory) };
          expect(fitClusterSize(host, size)).toMatchObject(size);
        }
      }
    expect(offers({ cpus: 2, memoryMb: 5461 })[0]).toEqual([
      '2 4095m',
      'fits this host; leaves 0 CPUs and 1.3 GB for the host',
    ]);
  });

  it('is not asked for where there is a cluster', () => {
    const size = wizardQuestions.find(({ id }) => id === 'size');
    expect(size?.ask({ ...fresh, host: big, profile: 'stopped' }, {})).toBeUndefined();
  });

  it('can be an own one, asked for in two figures and checked as init would', () => {
    expect(read('size', 'own')).toEqual({});
    expect(ask('cpus', big, { size: '5 6g' })).toBeUndefined();
    const cpus = ask('cpus', big, { size: 'own' }) as InputQuestion;
    expect([cpus.preferred, cpus.check?.('4')]).toEqual(['5', undefined]);
    expect(cpus.check?.('17')).toContain('has only 16 CPUs');
    for (const wrong of ['', '0', '-1', '2.5', 'many', '1'.repeat(20)]) expect(cpus.check?.(wrong)).toBeTruthy();
    const memory = ask('memory', big, { size: 'own' }) as InputQuestion;
    expect([memory.preferred, memory.check?.('8g')]).toEqual(['6g', undefined]);
    expect(memory.check?.('500m')).toContain('too little');
    expect(memory.check?.('lots')).toBe('Enter a size such as 6g or 6144m');
  });
});

it('asks whose Kubernetes only where there are two, and no size of one that is not ours', () => {
  expect(ask('provider', big)).toBeUndefined();
  const size = wizardQuestions.find(({ id }) => id === 'size');
  const desktop = { ...fresh, host: big, providers: both };
  expect(size?.ask(desktop, { provider: 'docker-desktop' })).toBeUndefined();
  expect(size?.ask({ ...desktop, provider: 'docker-desktop' }, {})).toBeUndefined();
  expect(size?.ask(desktop, { provider: 'minikube' })).toBeDefined();
});

it('takes the namespace only where it is another one, and a name that Kubernetes takes', () => {
  const question = ask('namespace', big) as InputQuestion;
  for (const wrong of ['', 'Team', '-a', 'kube-system', 'default', 'a'.repeat(64)])
    expect(question.check?.(wrong)).toBeTruthy();
  expect([question.check?.('team-a'), read('namespace', 'spark'), read('namespace', 'team-a')]).toEqual([
    undefined,
    {},
    { namespace: 'team-a' },
  ]);
});

it('each question names a flag', () => {
  for (const { ask: asked } of wizardQuestions)
    expect(asked({ ...fresh, host: big, providers: both }, { size: 'own' })?.flag).toMatch(/^--/);
});

function memoryIn(text: string): number {
  return text.endsWith('g') ? Number(text.slice(0, -1)) * 1024 : Number(text.slice(0, -1));
}
