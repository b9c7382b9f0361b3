import { z } from 'zod';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { tryJson } from '../../files/read-json.js';

/**
 * What a profile is, seen from outside. `orphaned`: minikube knows it but its container is gone, which `start` makes anew
 * over the volume that is still there. `broken`: the container runs, Kubernetes in it does not. `damaged`: minikube cannot
 * read its own record of the profile, whatever the container does. `foreign`: another home made what Docker holds.
 */
export type ProfileState = 'absent' | 'running' | 'stopped' | 'paused' | 'broken' | 'orphaned' | 'damaged' | 'foreign';

const statusSchema = z.object({ Host: z.string(), Kubelet: z.string(), APIServer: z.string(), Kubeconfig: z.string() });

/** `minikube status` answers with its exit code too: bits for host, cluster and Kubernetes; 85 where there is no such profile. */
export const statusExitCodes = [1, 2, 3, 4, 5, 6, 7, 85] as const;

export function parseStatus(stdout: string, exitCode: number): ProfileState {
  if (exitCode === 85) return 'absent';
  const read = statusSchema.nullable().safeParse(tryJson(stdout));
  if (!read.success) throw unexpected('status', stdout);
  const status = read.data;
  if (status === null || status.Host === 'Nonexistent') return 'orphaned';
  if (status.Host === 'Stopped') return 'stopped';
  if (status.APIServer === 'Paused') return 'paused';
  const up = status.Host === 'Running' && status.Kubelet === 'Running' && status.APIServer === 'Running';
  return up ? 'running' : 'broken';
}

/** The variables that a Docker client needs; those of the ssh agent are not ours to set. */
export function parseDockerEnv(stdout: string): Record<string, string> {
  const pairs = stdout.split('\n').flatMap((line) => {
    const match = /^(DOCKER_[A-Z_]+|MINIKUBE_ACTIVE_DOCKERD)=(.+)$/.exec(line);
    return match?.[1] === undefined || match[2] === undefined ? [] : [[match[1], match[2]] as const];
  });
  const env = Object.fromEntries(pairs);
  if (env['DOCKER_HOST'] === undefined) throw unexpected('docker-env', stdout);
  return env;
}

const eventSchema = z.object({ type: z.string(), data: z.record(z.string(), z.string()) });

export type StartEvent =
  | { readonly kind: 'step'; readonly message: string; readonly step: number; readonly total: number }
  /** The reason why it gave up: only that one has a name and an exit code; other errors are advice. */
  | { readonly kind: 'failure'; readonly name: string; readonly message: string; readonly advice: string };

/** One line of `minikube start --output=json`; undefined for the talk between. */
export function parseStartEvent(line: string): StartEvent | undefined {
  const event = eventSchema.safeParse(line.startsWith('{') ? tryJson(line) : undefined);
  if (!event.success) return undefined;
  const { type, data } = event.data;
  const message = (data['message'] ?? '').trim();
  if (type === 'io.k8s.sigs.minikube.step') {
    return { kind: 'step', message, step: Number(data['currentstep']), total: Number(data['totalsteps']) };
  }
  if (type !== 'io.k8s.sigs.minikube.error' || data['exitcode'] === undefined) return undefined;
  return { kind: 'failure', name: data['name'] ?? '', message, advice: data['advice'] ?? '' };
}

function unexpected(source: string, text: string): SparkDevError {
  return new SparkDevError('TOOL_FAILED', `minikube ${source} said something unexpected`, {
    why: text.slice(0, 300),
    fix: ['spark-dev doctor'],
  });
}
