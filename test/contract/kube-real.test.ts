import { stringify } from 'yaml';
import { describeKube, contractContainer } from './kube-contract.js';
import { requirePrepared } from '../cluster/prepared-cluster.js';

describeKube('the real cluster', async () => {
  const { host, cluster } = await requirePrepared();
  const { namespace, kubectl, kubeconfig, context, sparkImage } = cluster;
  const base = [kubectl, `--kubeconfig=${kubeconfig}`, `--context=${context}`, `--namespace=${namespace}`];
  return {
    kube: await host.kube(cluster),
    namespace,
    async startPod({ name, label, lines, ends }) {
      const print = lines.map((line) => `echo '${line}'`).join('; ');
      const script = ends ? print : `${print}; exec python3 -m http.server 8080 --directory /opt/spark/conf`;
      const pod = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, labels: { 'app.kubernetes.io/managed-by': 'spark-dev', 'spark-dev/run': label } },
        spec: {
          restartPolicy: 'Never',
          terminationGracePeriodSeconds: 1,
          enableServiceLinks: false,
          securityContext: { runAsNonRoot: true, runAsUser: 185, seccompProfile: { type: 'RuntimeDefault' } },
          containers: [
            {
              name: contractContainer,
              image: sparkImage,
              imagePullPolicy: 'Never',
              command: ['sh', '-c', script],
              securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
            },
          ],
        },
      };
      await host.runner.run([...base, 'apply', '-f', '-'], { input: stringify(pod) });
    },
    async putConfigMap(name, label, data) {
      const labels = { 'app.kubernetes.io/managed-by': 'spark-dev', 'spark-dev/run': label };
      const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels }, data };
      await host.runner.run([...base, 'create', '-f', '-'], { input: stringify(configMap) });
    },
    async deleteObject(name) {
      const named = ['pod', 'configmap'].map((kind) => `${kind}/${name}`);
      await host.runner.run([...base, 'delete', ...named, '--ignore-not-found', '--grace-period=1']);
    },
  };
});
