import { describe, expect, it } from 'vitest';
import { recorded } from '../../../test/fakes/fake-machine.js';
import { parseProfileSettings } from '../minikube/profile-config.js';
import { sortClaims } from './claims.js';
import { parseObjectList } from './objects.js';
import { countBytes, parseImages, sortImages } from './images.js';
import { planRecreation } from './plan.js';
import { recreationFolder } from './record.js';

const objects = parseObjectList(recorded('kubectl/get-everything').stdout);
const images = parseImages(recorded('docker/image-inspect').stdout);
const settings = parseProfileSettings(recorded('minikube/config-json').stdout);
const sparkImage = 'spark-dev/spark:4.3.0-1e8cea614235';
const mb = 1024 ** 2;

describe('claims', () => {
  it('ours are saved from their directory in the node, and the others are named', () => {
    const { saved, unsaved } = sortClaims(objects, ['spark', 'team-a']);
    expect(saved).toEqual([
      { namespace: 'spark', name: 'odd-owners', path: '/tmp/hostpath-provisioner/spark/odd-owners' },
      { namespace: 'spark', name: 'spark-events', path: '/tmp/hostpath-provisioner/spark/spark-events' },
      { namespace: 'team-a', name: 'notes', path: '/tmp/hostpath-provisioner/team-a/notes' },
    ]);
    expect(unsaved).toEqual([{ namespace: 'foreign', name: 'theirs', why: 'spark-dev did not create it' }]);
  });

  it('a volume that the user made by hand is not saved', () => {
    const elsewhere = objects.map((one) =>
      one.kind === 'PersistentVolume' ? { ...one, spec: { ...one.spec, hostPath: { path: '/srv/data' } } } : one,
    );
    expect(sortClaims(elsewhere, ['team-a']).saved).toEqual([]);
  });
});

describe('images', () => {
  it('those built in the cluster are saved; what the start and init bring is not', () => {
    const { saved, unsaved } = sortImages(images, new Set([sparkImage]));
    expect(saved.flatMap(({ references }) => references)).toHaveLength(4);
    expect(saved.flatMap(({ references }) => references).every((name) => name.startsWith('spark-dev-app:'))).toBe(true);
    expect(unsaved).toEqual([]);
  });

  it('what a registry has is named and not saved', () => {
    const pulled = { id: 'p', references: ['busybox:1'], bytes: 1, layers: ['l'], isHomemade: false };
    expect(sortImages([pulled], new Set()).unsaved).toEqual(['busybox:1']);
  });

  it('count the layers that they share once', () => {
    const { saved } = sortImages(images, new Set([sparkImage]));
    expect(Math.round(countBytes(saved, images) / mb)).toBe(850);
    expect(saved.reduce((total, { bytes }) => total + bytes, 0) / mb).toBeGreaterThan(1600);
  });
});

describe('the settings of a profile', () => {
  it('as recorded: the size brings its own system-reserved', () => {
    expect(settings).toEqual({ driver: 'docker', containerRuntime: 'docker', flags: [], addons: [] });
  });

  it('are taken along', () => {
    const config = JSON.parse(recorded('minikube/config-json').stdout) as { KubernetesConfig: object };
    const changed = {
      ...config,
      Driver: 'kvm2',
      InsecureRegistry: ['10.0.0.0/24'],
      Addons: { ...{ 'storage-provisioner': true, 'metrics-server': true, ingress: false } },
      KubernetesConfig: {
        ...config.KubernetesConfig,
        ContainerRuntime: 'containerd',
        ExtraOptions: [{ Component: 'apiserver', Key: 'v', Value: '2' }],
      },
    };
    expect(parseProfileSettings(JSON.stringify(changed))).toEqual({
      driver: 'kvm2',
      containerRuntime: 'containerd',
      flags: ['--extra-config=apiserver.v=2', '--insecure-registry=10.0.0.0/24', '--disk-size=20000mb'],
      addons: ['metrics-server'],
    });
  });
});

describe('the plan', () => {
  const recreation = planRecreation(
    {
      objects,
      images,
      settings: { ...settings, addons: ['metrics-server'] },
      customKinds: ['customresourcedefinition.apiextensions.k8s.io/things.example.com'],
      claimBytes: { 'spark/odd-owners': 50 * mb, 'spark/spark-events': 6 * mb, 'team-a/notes': 50 * mb },
      freeBytes: 5000 * mb,
    },
    { cpus: 2, memoryMb: 4096 },
    { cpus: 2, memoryMb: 6144 },
    new Set([sparkImage]),
    {
      cluster: { minikube: 'minikube', profile: 'spark-dev', driver: 'docker', env: {} },
      kubectl: { kubectl: 'kubectl', kubeconfig: '/k', context: 'spark-dev' },
      folder: recreationFolder({ data: '/data' }),
      start: [['minikube', 'start']],
      rights: '/rights',
    },
  );

  it('says what is kept and what is lost', () => {
    expect(recreation.kept).toEqual([
      '15 objects, and the Secrets, in 2 namespaces: spark, team-a',
      'Files of claim spark/odd-owners: 52 MB',
      'Files of claim spark/spark-events: 6 MB',
      'Files of claim team-a/notes: 52 MB',
      expect.stringMatching(/^4 images built or loaded \(89\d MB\): spark-dev-app:/) as string,
      'Paused during the recreation: Deployment team-a/sleeper, StatefulSet team-a/keeper, DaemonSet team-a/everywhere, CronJob team-a/nightly',
      'Addons: metrics-server',
    ]);
    expect(recreation.lost).toEqual([
      'Job team-a/at-work is running and will be terminated',
      'Namespace foreign with 2 objects: spark-dev did not create it',
      'Files of claim foreign/theirs: spark-dev did not create it',
      '1 custom kind with all their objects',
    ]);
  });

  it('adds up the disk that is needed', () => {
    expect(Math.round(recreation.neededBytes / mb)).toBe(Math.round((106 + 850) * 1.1 + 64));
  });

  it('has every step in order, with its exact commands', () => {
    expect(recreation.steps.map(({ id }) => id)).toEqual([
      'pause',
      'save-objects',
      'save-claims',
      'save-images',
      'delete',
      'start',
      'restore-images',
      'restore-objects',
      'restore-claims',
      'verify',
      'wake',
      'tidy',
    ]);
    const commands = recreation.steps.flatMap((step) => step.commands.map((argv) => argv.join(' ')));
    expect(commands).toContain('minikube delete -p spark-dev');
    expect(commands).toContain('minikube addons enable metrics-server --profile spark-dev');
    expect(commands).toContain(
      'docker exec --interactive spark-dev tar --compare --file=- --numeric-owner --directory=/tmp/hostpath-provisioner/team-a/notes',
    );
  });

  it('goes into the journal and comes back whole', () => {
    expect(JSON.parse(JSON.stringify(recreation.plan))).toEqual(recreation.plan);
  });
});
