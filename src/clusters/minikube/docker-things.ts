import type { Argv } from '../../ports/runner.js';
import { profileName } from '../../kube/names.js';

export type ThingKind = 'container' | 'volume' | 'network';

/** Docker objects with the profile's name or with minikube's label for it. */
export interface ObservedDockerThing {
  readonly kind: ThingKind;
  /** For a volume, its name. */
  readonly id: string;
  readonly name: string;
  readonly isLabelled: boolean;
}

export interface ObservedDockerThings {
  readonly containers: readonly (ObservedDockerThing & { readonly volumes: readonly string[] })[];
  readonly volumes: readonly (ObservedDockerThing & { readonly home: string; readonly madeBy: string })[];
  readonly networks: readonly (ObservedDockerThing & { readonly attached: readonly string[] })[];
}

/** minikube's own labels (ProfileLabelKey and CreatedByLabelKey in its pkg/drivers/kic/oci/types.go). */
const profileLabel = 'name.minikube.sigs.k8s.io';
const minikubeLabel = 'created_by.minikube.sigs.k8s.io';
/** The random id of the home that made a volume, and its data folder for the user to read. */
const homeLabel = 'io.spark-dev.home';
export const dataLabel = 'io.spark-dev.data';

/**
 * The volume that `minikube start` then uses: it creates one of this name itself, and Docker keeps an existing volume with its
 * labels (createVolume in https://github.com/kubernetes/minikube/blob/v1.38.1/pkg/drivers/kic/oci/volumes.go).
 */
export function createVolumeArgv(home: string, data: string): Argv {
  const labels = [
    `${profileLabel}=${profileName}`,
    `${minikubeLabel}=true`,
    `${homeLabel}=${home}`,
    `${dataLabel}=${data}`,
  ];
  return ['docker', 'volume', 'create', ...labels.map((label) => `--label=${label}`), profileName];
}

function label(name: string): string {
  return `{{.Label "${name}"}}`;
}

export const listThingsArgvs: Readonly<Record<ThingKind, Argv>> = {
  container: [
    ...['docker', 'container', 'ls', '--all', '--no-trunc'],
    `--format={{.ID}}\t{{.Names}}\t${label(profileLabel)}\t{{.Mounts}}\t{{.Networks}}`,
  ],
  volume: [
    ...['docker', 'volume', 'ls'],
    `--format={{.Name}}\t{{.Name}}\t${label(profileLabel)}\t${label(homeLabel)}\t${label(dataLabel)}`,
  ],
  network: [...['docker', 'network', 'ls', '--no-trunc'], `--format={{.ID}}\t{{.Name}}\t${label(profileLabel)}`],
};

/** Pure: the answers → the objects of the profile, by name or label. */
export function parseThings(stdout: Readonly<Partial<Record<ThingKind, string>>>): ObservedDockerThings {
  const all = parseLines('container', stdout.container).map(({ thing, rest: [mounts = '', networks = ''] }) => ({
    ...thing,
    volumes: mounts.split(','),
    networks: networks.split(','),
  }));
  const isOfProfile = ({ name, isLabelled }: ObservedDockerThing): boolean => name === profileName || isLabelled;
  return {
    containers: all.filter(isOfProfile),
    volumes: parseLines('volume', stdout.volume)
      .map(({ thing, rest: [home = '', madeBy = ''] }) => ({ ...thing, home, madeBy }))
      .filter(isOfProfile),
    networks: parseLines('network', stdout.network)
      .map(({ thing }) => thing)
      .filter(isOfProfile)
      .map((thing) => ({
        ...thing,
        attached: all.filter(({ networks }) => networks.includes(thing.name)).map(({ id }) => id),
      })),
  };
}

function parseLines(
  kind: ThingKind,
  stdout = '',
): readonly { readonly thing: ObservedDockerThing; readonly rest: readonly string[] }[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [id = '', name = '', profile = '', ...rest] = line.split('\t');
      return { thing: { kind, id, name, isLabelled: profile === profileName }, rest };
    });
}

export function removeThingsArgv(kind: ThingKind, ids: readonly string[]): Argv {
  const force = { container: ['--force', '--volumes'], volume: ['--force'], network: [] }[kind];
  return ['docker', kind, 'rm', ...force, ...ids];
}

const authority = '/var/lib/minikube/certs/ca.crt';

/** A tar on stdout; also works for a stopped container, through its volume. */
export function copyAuthorityArgv(container: string): Argv {
  return ['docker', 'cp', `${container}:${authority}`, '-'];
}

/** Reads the volume when there is no container. */
export function readAuthorityArgv(volume: string, image: string): Argv {
  const flags = ['--rm', '--pull=never', '--network=none', `--volume=${volume}:/var:ro`, '--entrypoint=cat'];
  return ['docker', 'run', ...flags, image, authority];
}
