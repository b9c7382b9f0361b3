import type { Argv } from '../../ports/runner.js';
import type { MinikubeProfile } from './argv.js';

/** minikube 1.38.1 writes kubelet's extra-config as flags into this unit, again at each start (KubeletSystemdConfFile in pkg/minikube/bootstrapper/bsutil/files.go). */
const unit = '/etc/systemd/system/kubelet.service.d/10-kubeadm.conf';

/** Puts the flag last, where minikube itself writes it. sed replaces the whole file. */
export function reserveArgv({ profile }: Pick<MinikubeProfile, 'profile'>, reserved: string): Argv {
  const forget = 's/ --system-reserved=[^ ]*//';
  const put = `s/^ExecStart=\\/.*/& --system-reserved=${reserved}/`;
  return ['docker', 'exec', profile, 'sed', '-i', reserved === '' ? forget : `${forget}; ${put}`, unit];
}

export function reloadUnitsArgv({ profile }: Pick<MinikubeProfile, 'profile'>): Argv {
  return ['docker', 'exec', profile, 'systemctl', 'daemon-reload'];
}

/** Running containers continue. */
export function restartKubeletArgv({ profile }: Pick<MinikubeProfile, 'profile'>): Argv {
  return ['docker', 'exec', profile, 'systemctl', 'restart', 'kubelet'];
}
