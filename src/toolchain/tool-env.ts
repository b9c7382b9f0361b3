import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Host } from '../ports/host.js';

/** minikube's own files are in `.minikube` below; no cluster of the user's is here. */
export function minikubeHome(host: Pick<Host, 'directories'>): string {
  return join(host.directories.data, 'minikube');
}

/** minikube writes one log per call and its locks into the machine's /tmp, where nobody would find them again. */
export function toolTmp(host: Pick<Host, 'directories'>): string {
  return join(minikubeHome(host), 'tmp');
}

/** minikube does not start without it. */
export async function makeToolTmp(host: Pick<Host, 'directories'>): Promise<void> {
  await import('../config/own-folders.js')
    .then(({ claimFolders }) => claimFolders(host.directories, ['data']))
    .then(() => mkdir(toolTmp(host), { recursive: true }))
    .catch(() => undefined);
}

/** For every minikube and Skaffold that we start, even to ask its version: homes of our own, no telemetry, no update notices, no decoration. */
export function toolEnv(host: Pick<Host, 'directories' | 'env'>): ChildEnv {
  return {
    ...withoutForeign(host.env, /^(MINIKUBE_|SKAFFOLD_|DOCKER_DEFAULT_PLATFORM$)/),
    MINIKUBE_HOME: minikubeHome(host),
    TMPDIR: toolTmp(host),
    MINIKUBE_IN_STYLE: 'false',
    MINIKUBE_WANTUPDATENOTIFICATION: 'false',
    MINIKUBE_WANTKUBECTLDOWNLOADMSG: 'false',
    MINIKUBE_WANTREPORTERRORPROMPT: 'false',
    SKAFFOLD_UPDATE_CHECK: 'false',
  };
}

/** Set for a child, or taken from it. */
export type ChildEnv = Readonly<Record<string, string | undefined>>;

/** The user's settings for other clusters and images: MINIKUBE_NODES would make another cluster than we plan. */
export function withoutForeign(env: Host['env'], which: RegExp): ChildEnv {
  const foreign = Object.keys(env).filter((name) => which.test(name));
  return Object.fromEntries(foreign.map((name) => [name, undefined]));
}
