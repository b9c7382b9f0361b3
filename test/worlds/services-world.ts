import type { CommandSpec } from '../../src/command.js';
import { servicesDown, servicesUp } from '../../src/commands/services/change.js';
import { servicesOpen } from '../../src/commands/services/open.js';
import { servicesList, servicesStatus } from '../../src/commands/services/show.js';
import { headlampName } from '../../src/services/headlamp/service.js';
import { deployment } from '../../src/services/objects.js';
import { clusterService } from '../../src/services/service.js';
import { services as known } from '../../src/services/services.js';
import { createFakeMachine, type FakeMachine } from '../fakes/fake-machine.js';
import { createFakeServices, type FakeServices } from '../fakes/fake-services.js';
import { call, type Call } from './call.js';
import type { CommandEntry } from '../../src/cli/named-words.js';

const record = { sparkImage: 'spark-dev/spark:4.3.0-abc', sparkVersion: '4.3.0' };

/** A third service, with all that the next ones need: two workloads, one of many pods, an option, and an address. */
const echo = clusterService({
  name: 'echo',
  title: 'the echo service',
  summary: 'says again what it hears',
  flags: [
    { flags: '--voices <number>', description: 'how many' },
    { flags: '--loud', description: 'with a setting of its own' },
  ],
  images: [],
  port: 8099,
  readOptions: ({ voices = '2', loud }) => ({ replicas: Number(voices), loud: loud === true }),
  objects({ sparkImage }, { replicas, loud }) {
    const pod = { containers: [{ name: 'c', image: sparkImage }] };
    const voice = deployment('echo', 'echo-voice', { role: 'voice', pod });
    return [
      { apiVersion: 'v1', kind: 'Service', metadata: { name: 'echo' }, spec: { ports: [{ port: 8099 }] } },
      deployment('echo', 'echo-front', { role: 'front', pod }),
      { ...voice, spec: { ...voice.spec, replicas } },
      ...(loud ? [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'echo' }, data: { loud: 'yes' } }] : []),
    ];
  },
  next: () => 'spark-dev services open echo',
});

/** One line in the list is all that the commands need. */
const list = [...known, echo];
const entry = (name: string, make: (all: typeof list) => CommandSpec): CommandEntry => ({
  name: `services ${name}`,
  group: 'Services',
  summary: name,
  load: () => Promise.resolve(make(list)),
});
const commands = [
  entry('list', servicesList),
  entry('status', servicesStatus),
  entry('up', servicesUp),
  entry('down', servicesDown),
  entry('open', servicesOpen),
];

export interface ServicesWorld {
  readonly machine: FakeMachine;
  readonly services: FakeServices;
  readonly run: (line: string, signal?: AbortSignal) => Promise<Call>;
  /** Only commands that change the cluster. */
  readonly changes: () => readonly string[];
}

export async function createServicesWorld(confirms?: boolean): Promise<ServicesWorld> {
  const services = createFakeServices();
  const inspected = { Id: 'sha256:1', RepoTags: [headlampName], Size: 1, Created: '' };
  const machine = await createFakeMachine(
    { record },
    {
      programs: [
        ...services.programs,
        {
          argv: ['docker', 'image', 'inspect'],
          matches: (argv) => argv.includes(headlampName),
          stdout: JSON.stringify(inspected),
        },
      ],
      kube: () => Promise.resolve(services.cluster.kube),
      ...(confirms === undefined ? {} : { confirms }),
    },
  );
  const { host } = machine;
  return {
    machine,
    services,
    run: (line, signal) =>
      call(line.split(' '), {
        host,
        ...(line.startsWith('services') ? { commands } : {}),
        ...(signal === undefined ? {} : { signal }),
      }),
    changes: () =>
      host.runner.calls
        .map(({ argv }) => argv.filter((word) => !/^--(kubeconfig|context)/.test(word)).join(' '))
        .filter((line) => / (apply|delete) /.test(line)),
  };
}
