import { describe, expect, it } from 'vitest';
import type { EngineObservation } from './observe.js';
import { planEngine, type EngineChange } from './plan.js';

const answers = (defaultRuntime: string): EngineObservation['daemon'] => ({
  kind: 'answers',
  facts: { serverVersion: '20.10.24', defaultRuntime, cpus: 2, memoryMb: 24_000 },
});

const fresh: EngineObservation = {
  os: 'linux',
  daemon: { kind: 'absent' },
  isRemote: false,
  hasDockerd: false,
  hasDockerCli: false,
  missingRootPackages: ['mmdebstrap'],
  hasApt: true,
  hasSystemd: false,
  root: 'is',
  lacksSysResource: false,
  installedByUs: false,
  mayBeAdmitted: undefined,
};
const installed: Partial<EngineObservation> = { hasDockerd: true, hasDockerCli: true, missingRootPackages: [] };
const denied: Partial<EngineObservation> = { ...installed, root: 'sudo', daemon: { kind: 'denied' } };
const running: Partial<EngineObservation> = { ...installed, daemon: answers('runc') };

describe('planEngine', () => {
  const cases: readonly [string, Partial<EngineObservation>, readonly EngineChange[]][] = [
    ['a fresh machine', {}, [{ kind: 'install', packages: ['docker.io', 'mmdebstrap'] }]],
    [
      'a client without an engine',
      { hasDockerCli: true },
      [{ kind: 'install', packages: ['docker.io', 'mmdebstrap'] }],
    ],
    [
      'an engine without a client',
      { ...installed, hasDockerCli: false },
      [{ kind: 'install', packages: ['docker-cli'] }],
    ],
    ['all there, systemd', { ...installed, hasSystemd: true }, [{ kind: 'start-service' }]],
    ['all there, no systemd', installed, [{ kind: 'start-daemon', isRelaxed: false }]],
    [
      'no systemd, no capability',
      { ...installed, lacksSysResource: true },
      [{ kind: 'start-daemon', isRelaxed: true }],
    ],
    [
      'systemd, no capability',
      { ...installed, hasSystemd: true, lacksSysResource: true },
      [{ kind: 'start-daemon', isRelaxed: true }],
    ],
    ['no systemd, sudo that asks', { ...installed, root: 'sudo-asks' }, [{ kind: 'start-service' }]],
    ['a daemon that serves', running, []],
    ['a daemon that serves, of Docker CE', { ...running, hasDockerd: false }, []],
    ['our relaxed daemon', { ...running, daemon: answers('spark-dev'), lacksSysResource: true }, []],
    [
      'a daemon, but nothing to make a root with',
      { ...running, missingRootPackages: ['mmdebstrap'] },
      [{ kind: 'install', packages: ['mmdebstrap'] }],
    ],
    [
      'a socket that our package denies to the user',
      { ...denied, installedByUs: true, mayBeAdmitted: 1000 },
      [{ kind: 'admit-user', userId: 1000 }],
    ],
    ['sudo that asks', { root: 'sudo-asks' }, [{ kind: 'install', packages: ['docker.io', 'mmdebstrap'] }]],
  ];
  it.each(cases)('%s', (_name, change, steps) => {
    expect(planEngine({ ...fresh, ...change })).toEqual(steps);
  });

  const refusals: readonly [string, Partial<EngineObservation>, string, RegExp][] = [
    ['no apt', { hasApt: false }, 'ENGINE_MISSING', /Debian and Ubuntu/],
    ['macOS without Docker', { os: 'darwin' }, 'ENGINE_MISSING', /Docker Desktop/],
    ['Windows with a Docker that sleeps', { os: 'win32', hasDockerCli: true }, 'ENGINE_SILENT', /Docker Desktop/],
    ['no way to become root', { root: 'never' }, 'ENGINE_MISSING', /sudo is missing/],
    ['no way to start it', { ...installed, root: 'never' }, 'ENGINE_SILENT', /only root/],
    [
      'a password in the background',
      { ...installed, root: 'sudo-asks', lacksSysResource: true },
      'ENGINE_SILENT',
      /password/,
    ],
    ['a daemon that hangs', { ...installed, daemon: { kind: 'silent' } }, 'ENGINE_SILENT', /after 2 s/],
    ['a socket of others', { ...installed, daemon: { kind: 'denied' } }, 'ENGINE_SILENT', /may not use it/],
    ["others' socket and setfacl", { ...denied, mayBeAdmitted: 1000 }, 'ENGINE_SILENT', /may not use it/],
    ['our package and no setfacl', { ...denied, installedByUs: true }, 'ENGINE_SILENT', /may not use it/],
    ['a remote daemon that is away', { ...installed, isRemote: true }, 'ENGINE_SILENT', /DOCKER_HOST/],
    [
      "the user's daemon without the capability",
      { ...running, lacksSysResource: true },
      'CAPABILITY_MISSING',
      /does not change yours/,
    ],
  ];
  it.each(refusals)('refuses: %s', (_name, change, code, words) => {
    expect(() => planEngine({ ...fresh, ...change })).toThrow(expect.objectContaining({ code }) as Error);
    expect(describeRefusal({ ...fresh, ...change })).toMatch(words);
  });

  it('replaces a daemon without the capability only when its package came a moment ago', () => {
    expect(planEngine({ ...fresh, ...running, lacksSysResource: true, installedByUs: true })).toEqual([
      { kind: 'stop-service' },
      { kind: 'start-daemon', isRelaxed: true },
    ]);
  });
});

function describeRefusal(seen: EngineObservation): string {
  try {
    planEngine(seen);
    return 'planned';
  } catch (error) {
    return error instanceof Error ? `${error.message} ${String((error as { why?: string }).why)}` : '';
  }
}
