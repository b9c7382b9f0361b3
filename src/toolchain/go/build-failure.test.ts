import { expect, it } from 'vitest';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { explainBuildFailure } from './build-failure.js';
import { sourceTool } from '../source-tools.js';

it.each([
  ['write /home/me/.cache/go/x: no space left on device', 'DISK_FULL'],
  ['verifying module: checksum mismatch', 'CHECKSUM_MISMATCH'],
  ['Get "https://proxy.golang.org/x.zip": dial tcp: lookup proxy.golang.org: no such host', 'DOWNLOAD_FAILED'],
  ['reading https://proxy.example/k8s.io/api/@v/v0.34.4.zip: 403 Forbidden', 'DOWNLOAD_FAILED'],
  ['module lookup disabled by GOPROXY=off', 'DOWNLOAD_FAILED'],
  ['# k8s.io/kubernetes/cmd/kubelet\n./main.go:404:2: undefined: x', 'BUILD_FAILED'],
])('reads %s', (why, code) => {
  const error = explainBuildFailure(
    new SparkDevError('TOOL_FAILED', 'go failed', { why }),
    sourceTool('minikube'),
    '/log',
  );
  expect(error).toMatchObject({ code, log: '/log', why });
});

it('leaves an interruption and foreign errors alone', () => {
  const stopped = new SparkDevError('INTERRUPTED', 'go was interrupted');
  expect(explainBuildFailure(stopped, sourceTool('minikube'), '/log')).toBe(stopped);
  const bug = new TypeError('x');
  expect(explainBuildFailure(bug, sourceTool('minikube'), '/log')).toBe(bug);
});
