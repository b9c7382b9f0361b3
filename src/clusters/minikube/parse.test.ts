import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseDockerEnv, parseStartEvent, parseStatus } from './parse.js';

interface Recorded {
  readonly argv: readonly string[];
  readonly exitCode: number;
  readonly stdout: string;
}

function recorded(name: string): Recorded {
  return JSON.parse(
    readFileSync(new URL(`../../../test/fixtures/minikube/${name}.json`, import.meta.url), 'utf8'),
  ) as Recorded;
}

describe('minikube status', () => {
  it.each([
    ['status-absent', 'absent'],
    ['status-running', 'running'],
    ['status-stopped', 'stopped'],
    ['status-paused', 'paused'],
    ['status-orphaned', 'orphaned'],
    ['status-broken', 'broken'],
  ])('%s', (name, state) => {
    const { stdout, exitCode } = recorded(name);
    expect(parseStatus(stdout, exitCode)).toBe(state);
  });

  it('says so when it does not understand', () => {
    expect(() => parseStatus('panic: runtime error', 7)).toThrow(
      expect.objectContaining({ code: 'TOOL_FAILED', why: 'panic: runtime error' }) as Error,
    );
  });
});

describe('minikube docker-env', () => {
  it('keeps what a Docker client needs and leaves the ssh agent alone', () => {
    expect(parseDockerEnv(recorded('docker-env-running').stdout)).toEqual({
      DOCKER_CERT_PATH: '/home/ada/.local/share/spark-dev/minikube/.minikube/certs',
      DOCKER_HOST: 'tcp://192.168.49.2:2376',
      DOCKER_TLS_VERIFY: '1',
      MINIKUBE_ACTIVE_DOCKERD: 'spark-dev',
    });
  });

  it('is an error without a daemon', () => {
    expect(() => parseDockerEnv(recorded('docker-env-absent').stdout)).toThrow('Unexpected output');
  });
});

describe('minikube start --output=json', () => {
  const events = (name: string): unknown[] =>
    recorded(name)
      .stdout.split('\n')
      .map(parseStartEvent)
      .filter((event) => event !== undefined);

  it('tells its steps; advice that is called an error is not one', () => {
    const steps = events('start-created');
    expect(steps.every((event) => (event as { kind: string }).kind === 'step')).toBe(true);
    expect(steps).toContainEqual({ kind: 'step', message: 'Booting up control plane ...', step: 13, total: 19 });
  });

  it('tells why it gave up', () => {
    expect(events('start-no-such-image').at(-1)).toMatchObject({
      kind: 'failure',
      name: 'INET_LOOKUP_HOST',
      message: expect.stringContaining("Unable to find image 'spark-dev/node:none' locally") as string,
    });
  });

  it.each(['', 'plain text', '{"half":', '{}'])('ignores %j', (line) => {
    expect(parseStartEvent(line)).toBeUndefined();
  });
});
