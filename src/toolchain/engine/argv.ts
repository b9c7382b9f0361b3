import type { Argv } from '../../ports/runner.js';
import { relaxedRuntime } from './observe.js';
import type { EngineStep } from './plan.js';

export interface EngineContext {
  readonly hasSystemd: boolean;
  readonly dockerd: string;
  readonly pidFile: string;
  /** The wrapper in front of runc, for a daemon without CAP_SYS_RESOURCE. */
  readonly ociRuntime: string;
  /** Who may use the socket of a daemon that sudo starts; undefined for root. */
  readonly groupId: string | undefined;
}

/** The commands of a step, as root runs them. */
export function engineStepArgv(step: EngineStep, place: EngineContext): readonly Argv[] {
  switch (step.kind) {
    case 'install':
      return [
        ['apt-get', ...waitForLock, 'update'],
        [
          'env',
          'DEBIAN_FRONTEND=noninteractive',
          'apt-get',
          ...waitForLock,
          'install',
          '-y',
          '--no-install-recommends',
          ...step.packages,
        ],
      ];
    case 'start-service':
      return [place.hasSystemd ? ['systemctl', 'start', 'docker'] : ['service', 'docker', 'start']];
    case 'stop-service':
      return [
        place.hasSystemd ? ['systemctl', 'stop', 'docker.socket', 'docker.service'] : ['service', 'docker', 'stop'],
      ];
    case 'admit-user':
      return [['setfacl', '-m', `u:${String(step.userId)}:rw`, '/var/run/docker.sock']];
    case 'start-daemon':
      return [
        [
          place.dockerd,
          '--pidfile',
          place.pidFile,
          ...(place.groupId === undefined ? [] : ['--group', place.groupId]),
          ...(step.isRelaxed
            ? ['--add-runtime', `${relaxedRuntime}=${place.ociRuntime}`, '--default-runtime', relaxedRuntime]
            : []),
        ],
      ];
  }
}

/** Unattended upgrades of a machine that has just booted hold the lock for a while. */
const waitForLock = ['-o', 'DPkg::Lock::Timeout=180'] as const;
