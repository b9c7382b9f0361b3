import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { stringify } from 'yaml';
import { dataOf } from '../program/program.js';
import { expectExit, expectPi, patient, runAgain, shareNamespace, sleep, until } from './cluster-case.js';
import { createCluster, type Cluster } from './cluster.js';
import { injectRowsOn, type FaultRow } from './rows.js';

const namespace = shareNamespace();

/** What a pod of the suite's own must say in a namespace that enforces `restricted`. */
const restricted = {
  enableServiceLinks: false,
  securityContext: { runAsNonRoot: true, runAsUser: 185, seccompProfile: { type: 'RuntimeDefault' } },
};

function renderFiller(image: string, memoryMb: number): string {
  const security = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
  const resources = { requests: { memory: `${String(memoryMb)}Mi` } };
  const container = { name: 'main', image, command: ['sleep', '600'], resources, securityContext: security };
  return stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'filler', labels: { 'app.kubernetes.io/managed-by': 'spark-dev' } },
    spec: { ...restricted, terminationGracePeriodSeconds: 0, containers: [container] },
  });
}

const service = (name: string, port: number): object => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, labels: { 'app.kubernetes.io/managed-by': 'spark-dev' } },
  spec: { selector: { app: name }, ports: [{ port }] },
});

/** Services beside a run, which Kubernetes would tell every pod of by variables. */
async function runBeside(world: Cluster, services: readonly object[]): Promise<string> {
  world.kubectl(['apply', '-f', '-'], services.map((one) => stringify(one)).join('---\n'));
  const live = world.start(world.words(), patient);
  let links = '';
  await until('the driver is there', () => {
    const template = 'jsonpath={range .items[*]}{.metadata.labels.spark-role}={.spec.enableServiceLinks} {end}';
    links = world.kubectl(['get', 'pods', '-l', 'spark-role', '-o', template]);
    return links.includes('executor') || live.child.exitCode !== null;
  });
  const end = await live.ended;
  world.kubectl(['delete', 'service', '--all', '--wait=false']);
  expectPi(end);
  expect(links).toMatch(/driver=false/);
  expect(links).toMatch(/executor=false/);
  return 'exit 0; enableServiceLinks is false in driver and executor';
}

const iptables = (...words: readonly string[]): string =>
  execFileSync('docker', ['exec', 'spark-dev', 'iptables', '--wait', ...words], { encoding: 'utf8' });

/** Packets of pods to a service pass the node's chain FORWARD. */
const withoutDns = ['FORWARD', '--protocol', 'udp', '--dport', '53', '--jump', 'REJECT'];

const rows: readonly FaultRow<Cluster>[] = [
  {
    row: 39,
    fault: 'the job asks for more than the cluster has',
    how: 'two executors of 20 GB',
    kind: 'real',
    inject: async (world) => {
      const end = await world.run(world.words('--executor-memory', '20g', '--num-executors', '2'), patient);
      expectExit(end, 6);
      expect(end.stderr).toMatch(/RESOURCES_SHORT/);
      return 'exit 6 before anything is built, with numbers';
    },
    again: runAgain,
  },
  {
    row: 39,
    fault: 'the room goes while the run is on its way: FailedScheduling',
    how: 'a pod of the suite’s asks for what is free before the executor does',
    kind: 'real',
    inject: async (world) => {
      const shown = dataOf(await world.run([...world.words('--executor-memory', '1500m'), '--dry-run', '--json']));
      expect(shown).toHaveProperty('job');
      const { size } = dataOf(await world.run(['status', '--json'])) as { size: { free: { memoryMb: number } } };
      const image = world.kubectl([
        '-n',
        'spark',
        'get',
        'configmap',
        'spark-dev',
        '-o',
        'jsonpath={.data.sparkImage}',
      ]);
      const live = world.start(world.words('--executor-memory', '1500m', '--', '20'), patient);
      await live.says(/… Run on the cluster/);
      // submit pod and driver still fit, the executor does not
      world.kubectl(['apply', '-f', '-'], renderFiller(image, size.free.memoryMb - 512 - 896 - 700));
      await live.says(/! Not enough free resources for pod \S+-exec-1\. It requests .* free\. /);
      await live.says(/spark-dev cluster resize|kubectl .* get pods --all-namespaces/);
      world.kubectl(['delete', 'pod', 'filler', '--grace-period=0', '--force']);
      await live.says(/\S+-exec-1 can be scheduled now/);
      expectPi(await live.ended);
      return 'said at once with numbers and a way out; exit 0 when there is room again';
    },
  },
  {
    row: 40,
    fault: 'a namespace that stays in Terminating',
    how: 'a finalizer that nobody serves on a ConfigMap in it',
    kind: 'real',
    inject: async (world) => {
      const name = `${world.namespace}-stuck`;
      dataOf(await world.run(['namespace', 'create', name, '--json'], patient));
      const held = { name: 'held', finalizers: ['faults.example/nobody'] };
      world.kubectl(
        ['-n', name, 'create', '-f', '-'],
        stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: held }),
      );
      world.kubectl(['delete', 'namespace', name, '--wait=false']);
      const end = await world.run(['run', 'sparkpi', '--target', 'cluster', '--namespace', name], patient);
      const still = world.kubectl(['-n', name, 'get', 'configmap', 'held', '-o', 'jsonpath={.metadata.finalizers}']);
      world.kubectl([
        '-n',
        name,
        'patch',
        'configmap',
        'held',
        '--type=merge',
        '-p',
        '{"metadata":{"finalizers":null}}',
      ]);
      expectExit(end, 8);
      expect(end.stderr).toMatch(/held waits for faults\.example\/nobody/);
      expect(end.stderr).toContain(`spark-dev namespace create ${name}-2`);
      expect(still).toContain('faults.example/nobody');
      return 'exit 8 with the object and its finalizer, which stays; another namespace is proposed';
    },
  },
  {
    row: 43,
    fault: 'the driver’s account may not do what a driver does: 403',
    how: 'its RoleBinding is gone',
    kind: 'real',
    inject: async (world) => {
      world.kubectl(['delete', 'rolebinding', 'spark']);
      const end = await world.run(world.words(), patient);
      expectExit(end, 4);
      expect(end.stderr).toMatch(/service account spark may not .*create pods.* in namespace/);
      expect(end.stderr).toContain(`spark-dev namespace create ${world.namespace}`);
      return 'exit 4 before anything is built, with verbs, resources, namespace, and the command that grants them';
    },
    again: async (world) => {
      await world.run(['namespace', 'create', world.namespace], patient);
      return runAgain(world);
    },
  },
  {
    row: 44,
    fault: 'a pod template that Pod Security restricted rejects',
    how: 'a privileged container with a host path, in a namespace that enforces it',
    kind: 'real',
    inject: async (world) => {
      const template = {
        kind: 'Pod',
        spec: {
          hostNetwork: true,
          containers: [{ name: 'spark-kubernetes-driver', securityContext: { privileged: true } }],
          volumes: [{ name: 'root', hostPath: { path: '/' } }],
        },
      };
      writeFileSync(join(world.project, 'pod.yaml'), stringify(template));
      const end = await world.run(world.words('--driver-pod-template', 'pod.yaml'), patient);
      expectExit(end, 2);
      expect(end.stderr).toMatch(/volume "root" is a hostPath, which Pod Security restricted forbids/);
      writeFileSync(
        join(world.project, 'pod.yaml'),
        stringify({ ...template, spec: { ...template.spec, volumes: [] } }),
      );
      const hardened = await world.run(world.words('--driver-pod-template', 'pod.yaml'), patient);
      expectPi(hardened);
      expect(hardened.stderr).toMatch(/hostNetwork/);
      expect(hardened.stderr).toMatch(/securityContext\.privileged/);
      return 'the volume is refused with exit 2; what ours replaces is named field by field, and the run exits 0';
    },
    again: runAgain,
  },
  {
    row: 45,
    fault: 'many services in the namespace',
    how: '100 of them',
    kind: 'real',
    inject: (world) =>
      runBeside(
        world,
        Array.from({ length: 100 }, (_, index) => service(`many-${String(index)}`, 80)),
      ),
  },
  {
    row: 46,
    fault: 'the name of the driver’s service is not known to DNS',
    how: 'the service is deleted each time that there is one',
    kind: 'real',
    inject: async (world) => {
      const live = world.start(world.words(), patient);
      const gone = ['delete', 'service', '-l', 'spark-role=driver', '--ignore-not-found', '--wait=false'];
      await until(
        'the run has ended',
        () => {
          world.kubectl(gone);
          return live.child.exitCode !== null;
        },
        patient.withinMs,
      );
      expectPi(await live.ended);
      return 'exit 0: executors find the driver by the address of its pod (spark.kubernetes.executor.useDriverPodIP)';
    },
  },
  {
    row: 46,
    fault: 'the cluster’s DNS does not answer while the submit client looks up the API server',
    how: 'the node refuses DNS until the submit client has run for 4 s',
    kind: 'real',
    inject: async (world) => {
      const live = world.start(world.words(), patient);
      const phase = (): string =>
        world.kubectl(['get', 'pods', '-l', 'spark-dev/role=submit', '-o', 'jsonpath={.items[*].status.phase}']);
      await until('the submit pod is there', () => phase() !== '');
      iptables('--insert', ...withoutDns);
      let refused: number;
      try {
        await until('the submit client runs', () => phase() !== 'Pending');
        await sleep(4000);
        refused = Number(
          iptables('--list', 'FORWARD', '1', '--verbose', '--exact', '--numeric').trim().split(/\s+/)[0],
        );
      } finally {
        iptables('--delete', ...withoutDns);
      }
      expectPi(await live.ended);
      expect(refused).toBeGreaterThan(2);
      return 'exit 0: the JVM asks again with each try of its client';
    },
  },
  {
    row: 47,
    fault: 'a service called spark-master, which would inject SPARK_MASTER_PORT=tcp://…',
    how: 'services spark-master and spark-driver in the namespace',
    kind: 'real',
    inject: (world) => runBeside(world, [service('spark-master', 7077), service('spark-driver', 7078)]),
  },
];

injectRowsOn('what the cluster holds', createCluster(namespace), rows);
