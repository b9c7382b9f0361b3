import type { V1ContainerState } from '@kubernetes/client-node';
import { createFakeCluster } from '../fakes/fake-kube.js';
import { contractContainer, describeKube } from './kube-contract.js';

describeKube('the fake cluster', () => {
  const cluster = createFakeCluster({
    onConnect: (_pod, _port, local) => {
      local.end('HTTP/1.0 200 OK\r\n\r\n');
    },
  });
  const namespace = 'spark';
  return Promise.resolve({
    kube: cluster.kube,
    namespace,
    startPod: ({ name, label, lines, ends }) => {
      const state: V1ContainerState = ends ? { terminated: { exitCode: 0 } } : { running: {} };
      const status = { name: contractContainer, image: '', imageID: '', ready: true, restartCount: 0, state };
      cluster.writeLog(name, ...lines);
      cluster.putPod({
        metadata: { name, namespace, uid: name, labels: { 'spark-dev/run': label } },
        status: { phase: 'Running', containerStatuses: [status] },
      });
      return Promise.resolve();
    },
    putConfigMap: (name, label, data) => {
      cluster.putConfigMap({ metadata: { name, namespace, labels: { 'spark-dev/run': label } }, data });
      return Promise.resolve();
    },
    deleteObject: (name) => {
      cluster.deletePod(namespace, name);
      return Promise.resolve();
    },
  });
});
