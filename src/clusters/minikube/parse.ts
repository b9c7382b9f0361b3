import { z } from 'zod';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { tryJson } from '../../files/paths.js';

/**
 * The state of a profile, seen from outside. `orphaned`: its container is gone; `start` creates a new one over the existing
 * volume. `broken`: the container runs, but Kubernetes in it does not. `damaged`: minikube cannot read the profile's
 * config.json. `foreign`: another home made the cluster in Docker.
 */
export type ProfileState = 'absent' | 'running' | 'stopped' | 'paused' | 'broken' | 'orphaned' | 'damaged' | 'foreign';

const statusSchema = z.object({ Host: z.string(), Kubelet: z.string(), APIServer: z.string(), Kubeconfig: z.string() });

/** The exit code of `minikube status` has bits for host, cluster and Kubernetes; 85 means no such profile. */
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

/** The variables that a Docker client needs, without those of the ssh agent. */
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
  /** The error that ended minikube: only that one has a name and an exit code; other errors are advice. */
  | { readonly kind: 'failure'; readonly name: string; readonly message: string; readonly advice: string };

/** One line of `minikube start --output=json`; undefined for other lines. */
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
  return new SparkDevError('TOOL_FAILED', `Unexpected output from minikube ${source}`, {
    why: text.slice(0, 300),
    fix: ['spark-dev doctor'],
  });
}
