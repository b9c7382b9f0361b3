import type { Argv } from '../../ports/runner.js';
import type { MinikubeProfile } from './argv.js';

/** minikube 1.38.1 hands kubelet's extra-config over as flags in this unit, and writes it anew at each start (KubeletSystemdConfFile in pkg/minikube/bootstrapper/bsutil/files.go). */
const unit = '/etc/systemd/system/kubelet.service.d/10-kubeadm.conf';

/** Puts the flag where minikube's own order of flags has it: last. sed replaces the file as a whole. */
export function reserveArgv({ profile }: Pick<MinikubeProfile, 'profile'>, reserved: string): Argv {
  const forget = 's/ --system-reserved=[^ ]*//';
  const put = `s/^ExecStart=\\/.*/& --system-reserved=${reserved}/`;
  return ['docker', 'exec', profile, 'sed', '-i', reserved === '' ? forget : `${forget}; ${put}`, unit];
}

export function reloadUnitsArgv({ profile }: Pick<MinikubeProfile, 'profile'>): Argv {
  return ['docker', 'exec', profile, 'systemctl', 'daemon-reload'];
}

/** Running containers go on meanwhile. */
export function restartKubeletArgv({ profile }: Pick<MinikubeProfile, 'profile'>): Argv {
  return ['docker', 'exec', profile, 'systemctl', 'restart', 'kubelet'];
}
