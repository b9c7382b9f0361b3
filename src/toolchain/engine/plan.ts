import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Argv } from '../../ports/runner.js';
import { relaxedRuntime, type EngineObservation } from './observe.js';

export type EngineChange =
  | { readonly kind: 'install'; readonly packages: readonly string[] }
  /** The package's own service: through systemd, or its init script if only that can ask for a password. */
  | { readonly kind: 'start-service' }
  /** The package has just started a daemon for us that does not work here. */
  | { readonly kind: 'stop-service' }
  /** Group membership would only apply after the next login; this lasts until Docker recreates its socket. */
  | { readonly kind: 'admit-user'; readonly userId: number }
  | { readonly kind: 'start-daemon'; readonly isRelaxed: boolean };

/**
 * The remaining changes until a daemon answers that can run a cluster node; empty if it does. Installing may start a daemon or
 * reveal new gaps, so a plan with an install is recomputed afterwards.
 */
export function planEngine(seen: EngineObservation): readonly EngineChange[] {
  if (seen.os !== 'linux' && seen.daemon.kind !== 'answers') throw desktopMissing(seen);
  const install = planInstall(seen);
  if (install.length > 0) return [{ kind: 'install', packages: install }];
  return planDaemon(seen);
}

function planInstall(seen: EngineObservation): readonly string[] {
  const answers = seen.daemon.kind === 'answers';
  const engine = seen.hasDockerd || answers || seen.isRemote ? [] : ['docker.io'];
  // Debian 13 has the client in its own package.
  const client = seen.hasDockerCli || engine.length > 0 ? [] : ['docker-cli'];
  const packages = [...engine, ...client, ...seen.missingRootPackages];
  if (packages.length > 0) refuseInstall(seen, packages);
  return packages;
}

function refuseInstall(seen: EngineObservation, packages: readonly string[]): void {
  if (!seen.hasApt) {
    throw new SparkDevError('ENGINE_MISSING', 'This system has no apt to install what a cluster needs', {
      why: `Missing: ${packages.join(', ')}. spark-dev builds clusters from package registries on Debian and Ubuntu only.`,
      fix: ['spark-dev run sparkpi --target local', 'Install Docker by hand: https://docs.docker.com/engine/install/'],
    });
  }
  if (seen.root === 'never') {
    throw new SparkDevError('ENGINE_MISSING', `Only root can install ${packages.join(', ')}, and sudo is missing`, {
      fix: [
        `As root: apt-get install --no-install-recommends ${packages.join(' ')}`,
        'spark-dev run sparkpi --target local',
      ],
    });
  }
}

function planDaemon(seen: EngineObservation): readonly EngineChange[] {
  switch (seen.daemon.kind) {
    case 'answers': {
      const serves = !seen.lacksSysResource || seen.daemon.facts.defaultRuntime === relaxedRuntime;
      if (serves) return [];
      if (seen.installedByUs) return [{ kind: 'stop-service' }, { kind: 'start-daemon', isRelaxed: true }];
      throw capabilityMissing();
    }
    case 'silent':
      throw new SparkDevError('ENGINE_SILENT', 'Docker timed out after 2 s', {
        why: 'A daemon holds the socket but does not respond.',
        fix: [seen.hasSystemd ? 'sudo systemctl restart docker' : 'Restart Docker', 'docker info'],
      });
    case 'denied':
      if (seen.installedByUs && seen.mayBeAdmitted !== undefined && seen.root !== 'never')
        return [{ kind: 'admit-user', userId: seen.mayBeAdmitted }];
      throw new SparkDevError('ENGINE_SILENT', 'Docker runs, but this user may not use it', {
        fix: ['sudo usermod -aG docker "$USER"   # then log in again', 'docker info'],
      });
    case 'absent':
      return planStart(seen);
  }
}

function desktopMissing({ hasDockerCli }: EngineObservation): SparkDevError {
  const why =
    'On macOS and Windows a cluster needs Docker Desktop or a similar program. spark-dev neither installs nor starts it.';
  const local = 'spark-dev run sparkpi --target local';
  return hasDockerCli
    ? new SparkDevError('ENGINE_SILENT', 'Docker is installed, but does not answer', {
        why,
        fix: ['Start Docker Desktop, then check: docker info', local],
      })
    : new SparkDevError('ENGINE_MISSING', 'Docker is not installed', {
        why,
        fix: ['Install Docker Desktop: https://docs.docker.com/desktop/', local],
      });
}

function planStart(seen: EngineObservation): readonly EngineChange[] {
  if (seen.isRemote) {
    throw new SparkDevError('ENGINE_SILENT', 'The Docker daemon that docker is set to does not answer', {
      why: 'DOCKER_HOST or a docker context leads to it. spark-dev starts no other one.',
      fix: ['unset DOCKER_HOST && docker context use default', 'docker info'],
    });
  }
  if (seen.root === 'never') {
    throw new SparkDevError('ENGINE_SILENT', 'Docker is stopped, and only root can start it', {
      why: 'sudo is missing.',
      fix: [seen.hasSystemd ? 'As root: systemctl start docker' : 'As root: dockerd &'],
    });
  }
  if (!seen.lacksSysResource && (seen.hasSystemd || seen.root === 'sudo-asks')) return [{ kind: 'start-service' }];
  if (seen.root === 'sudo-asks') {
    const what = 'Docker must be started in the background, where sudo cannot ask for a password';
    throw new SparkDevError('ENGINE_SILENT', what, { fix: ['As root: spark-dev init'] });
  }
  return [{ kind: 'start-daemon', isRelaxed: seen.lacksSysResource }];
}

function capabilityMissing(): SparkDevError {
  return new SparkDevError('CAPABILITY_MISSING', 'This Docker daemon cannot run a cluster node', {
    why: 'It lacks CAP_SYS_RESOURCE, which every privileged container needs. spark-dev has a workaround for daemons that it starts itself, but does not change yours.',
    fix: [
      'Give the machine or container that runs dockerd CAP_SYS_RESOURCE and start Docker again',
      'Or stop that daemon, then run: spark-dev init',
      'spark-dev run sparkpi --target local',
    ],
  });
}

export function titleOfChange(change: EngineChange): string {
  switch (change.kind) {
    case 'install':
      return `Install ${change.packages.join(', ')} with apt`;
    case 'start-service':
    case 'start-daemon':
      return 'Start Docker';
    case 'admit-user':
      return 'Let this user use Docker without a new login';
    case 'stop-service':
      return 'Stop the Docker service that the package started';
  }
}

export interface EngineContext {
  readonly hasSystemd: boolean;
  readonly dockerd: string;
  readonly pidFile: string;
  /** The wrapper around runc, for a daemon without CAP_SYS_RESOURCE. */
  readonly ociRuntime: string;
  /** Users with access to the socket of a daemon that sudo starts; undefined for root. */
  readonly groupId: string | undefined;
}

export function engineChangeArgv(change: EngineChange, place: EngineContext): readonly Argv[] {
  switch (change.kind) {
    case 'install':
      return [
        [...apt, 'update'],
        [
          'env',
          'DEBIAN_FRONTEND=noninteractive',
          ...apt,
          'install',
          '-y',
          '--no-install-recommends',
          ...change.packages,
        ],
      ];
    case 'start-service':
      return [place.hasSystemd ? ['systemctl', 'start', 'docker'] : ['service', 'docker', 'start']];
    case 'stop-service':
      return [
        place.hasSystemd ? ['systemctl', 'stop', 'docker.socket', 'docker.service'] : ['service', 'docker', 'stop'],
      ];
    case 'admit-user':
      return [['setfacl', '-m', `u:${String(change.userId)}:rw`, '/var/run/docker.sock']];
    case 'start-daemon': {
      const group = place.groupId === undefined ? [] : ['--group', place.groupId];
      const runtime = ['--add-runtime', `${relaxedRuntime}=${place.ociRuntime}`, '--default-runtime', relaxedRuntime];
      return [[place.dockerd, '--pidfile', place.pidFile, ...group, ...(change.isRelaxed ? runtime : [])]];
    }
  }
}

/** On a machine that has just booted, unattended upgrades hold the lock for a while. */
const apt = ['apt-get', '-o', 'DPkg::Lock::Timeout=180'] as const;
