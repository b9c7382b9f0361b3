import type { Step } from '../../steps/step.js';
import type { DesiredCluster, WantedImage, WantedTool } from './desired.js';
import type { ProfileState } from '../minikube/parse.js';
import type { InsideCluster, ObservedCluster } from './observe.js';

/** What the step produces; apply.ts has the code. */
export type Work =
  /** A manual step for the user. */
  | { readonly kind: 'ask' }
  | { readonly kind: 'engine' }
  | { readonly kind: 'tool'; readonly tool: string }
  | { readonly kind: 'spark-files'; readonly version: string }
  | { readonly kind: 'image'; readonly image: string }
  | { readonly kind: 'unpause' }
  | { readonly kind: 'start' }
  | { readonly kind: 'kubeconfig' }
  | { readonly kind: 'rights' }
  | { readonly kind: 'deliver' }
  | { readonly kind: 'record' };

export interface PreparationStep extends Step {
  readonly needs: readonly string[];
  readonly work: Work;
}

const startReasons: Readonly<Record<Exclude<ProfileState, 'running' | 'paused'>, string>> = {
  foreign: 'another home made the cluster in Docker',
  absent: 'there is no cluster yet',
  stopped: 'the cluster is stopped; its data is kept',
  orphaned: "the cluster's container is missing; a new one uses the existing volume",
  broken: 'the node is running, but Kubernetes does not answer',
  damaged: 'the minikube profile is damaged; the copy from the last init is restored, and the data stays',
};

/** The steps from the observed to the desired state, in a possible order; empty if there is no difference. */
export function planCluster(observed: ObservedCluster, desired: DesiredCluster): readonly PreparationStep[] {
  const mustStart = observed.profile !== 'running' && observed.profile !== 'paused';
  const images = listWantedImages(observed, desired, [
    ...(mustStart ? desired.nodeImages : []),
    ...(observed.inside?.hasSparkImage === true ? [] : [desired.sparkImage]),
  ]);
  const tools = listWantedTools(observed, desired, images, desired.hostTools);
  const planned: PreparationStep[] = [
    ...planEngineStep(observed, desired),
    ...tools.map((tool) => planTool(tool)),
    ...planSparkFiles(observed, images),
    ...images.map(planImage),
    ...planNode(observed, desired, mustStart),
    ...planInside(observed, desired),
  ];
  return keepOwnNeeds(planned);
}

/** The steps that produce the files of these images; empty when they exist. */
export function planImages(
  observed: Pick<ObservedCluster, 'engineAnswers' | 'presentTools' | 'presentImages' | 'presentSparks'>,
  desired: DesiredCluster,
  names: readonly string[],
): readonly PreparationStep[] {
  const images = listWantedImages(observed, desired, names);
  return keepOwnNeeds([
    ...listWantedTools(observed, desired, images, []).map((tool) => planTool(tool)),
    ...planSparkFiles(observed, images),
    ...images.map(planImage),
  ]);
}

/** A need that is not in the plan is already met. */
function keepOwnNeeds(steps: readonly PreparationStep[]): readonly PreparationStep[] {
  const ids = new Set(steps.map(({ id }) => id));
  return steps.map((step) => ({ ...step, needs: step.needs.filter((id) => ids.has(id)) }));
}

function listWantedImages(
  observed: Pick<ObservedCluster, 'presentImages'>,
  desired: DesiredCluster,
  names: readonly string[],
): readonly WantedImage[] {
  const wanted = new Set<string>();
  const add = (name: string): void => {
    const image = desired.images.find((one) => one.name === name);
    if (image === undefined || observed.presentImages.has(name) || wanted.has(name)) return;
    image.images.forEach(add);
    wanted.add(name);
  };
  names.forEach(add);
  return desired.images.filter(({ name }) => wanted.has(name));
}

function listWantedTools(
  observed: Pick<ObservedCluster, 'presentTools'>,
  desired: DesiredCluster,
  images: readonly WantedImage[],
  names: readonly string[],
): readonly WantedTool[] {
  const wanted = new Set([...names, ...images.flatMap((image) => image.tools)]);
  return desired.tools.filter(({ name }) => wanted.has(name) && !observed.presentTools.has(name));
}

function planEngineStep(observed: ObservedCluster, desired: DesiredCluster): readonly PreparationStep[] {
  if (observed.engineAnswers) return [];
  return [
    {
      id: 'engine',
      title: 'Install and start Docker',
      why: 'no Docker daemon answers',
      commands: desired.commands.engine,
      needs: [],
      work: { kind: 'engine' },
    },
  ];
}

function planTool(tool: WantedTool): PreparationStep {
  const { download } = tool;
  return {
    id: `tool:${tool.name}`,
    title: `${download === undefined ? 'Build' : 'Download'} ${tool.name} ${tool.version}`,
    why: `it is neither on the PATH nor ${download === undefined ? 'built' : 'downloaded'} yet`,
    commands: tool.commands,
    ...(download === undefined ? {} : { downloads: [download] }),
    needs: [],
    work: { kind: 'tool', tool: tool.name },
  };
}

function planSparkFiles(
  observed: Pick<ObservedCluster, 'presentSparks'>,
  images: readonly WantedImage[],
): readonly PreparationStep[] {
  return images.flatMap(({ sparkVersion: version }): readonly PreparationStep[] =>
    version === undefined || observed.presentSparks.has(version)
      ? []
      : [
          {
            id: `spark-files:${version}`,
            title: `Download Spark ${version} from PyPI`,
            why: 'it is not unpacked yet',
            commands: [],
            needs: [],
            work: { kind: 'spark-files', version },
          },
        ],
  );
}

function planImage(image: WantedImage): PreparationStep {
  return {
    id: `image:${image.name}`,
    title: `${image.isPulled === true ? 'Pull' : 'Build'} the image ${image.name}`,
    why: image.isPulled === true ? 'it is not on this machine' : 'it is missing, or its recipe has changed',
    commands: image.commands,
    needs: [
      'engine',
      ...(image.sparkVersion === undefined ? [] : [`spark-files:${image.sparkVersion}`]),
      ...image.images.map((name) => `image:${name}`),
      ...image.tools.map((name) => `tool:${name}`),
    ],
    work: { kind: 'image', image: image.name },
  };
}

function planNode(observed: ObservedCluster, desired: DesiredCluster, mustStart: boolean): readonly PreparationStep[] {
  if (observed.profile === 'paused') {
    return [
      {
        id: 'start',
        title: 'Unpause the cluster',
        why: 'it is paused',
        commands: desired.commands.unpause,
        needs: ['engine', 'tool:minikube'],
        work: { kind: 'unpause' },
      },
    ];
  }
  if (!mustStart) return [];
  return [
    {
      id: 'start',
      title: 'Start the cluster',
      why: startReasons[observed.profile as keyof typeof startReasons],
      commands: desired.commands.start,
      needs: ['engine', 'tool:minikube', 'tool:kubernetes', ...desired.nodeImages.map((name) => `image:${name}`)],
      work: { kind: 'start' },
    },
  ];
}

function planInside(observed: ObservedCluster, desired: DesiredCluster): readonly PreparationStep[] {
  const { inside, userEntry } = observed;
  const mustMove = observed.profile !== 'running';
  const steps: PreparationStep[] = [];
  if ((userEntry !== 'there' && userEntry !== 'foreign') || mustMove) {
    steps.push({
      id: 'kubeconfig',
      title: 'Add spark-dev to your kubeconfig',
      why: mustMove ? 'the address of the cluster changes with each start' : `it is ${userEntry}`,
      commands: desired.commands.kubeconfig,
      needs: ['start'],
      work: { kind: 'kubeconfig' },
    });
  }
  const rightsReason = inside === undefined ? 'checked when the cluster is running' : describeRights(inside);
  if (rightsReason !== undefined) {
    steps.push({
      id: 'rights',
      title: 'Create the namespace and the service account with its rights',
      why: rightsReason,
      commands: desired.commands.rights,
      needs: ['start', 'tool:kubernetes', 'tool:kubectl'],
      work: { kind: 'rights' },
    });
  }
  if (inside?.hasSparkImage !== true) {
    steps.push({
      id: 'deliver',
      title: 'Load the Spark image into the cluster',
      why: inside === undefined ? 'checked when the cluster is running' : "the cluster's daemon does not have it",
      commands: desired.commands.deliver,
      needs: ['start', `image:${desired.sparkImage}`],
      work: { kind: 'deliver' },
    });
  }
  if (inside?.record !== desired.record || steps.some(({ id }) => id !== 'kubeconfig')) {
    steps.push({
      id: 'record',
      title: 'Save the state in the cluster',
      why: 'runs read it',
      commands: desired.commands.record,
      needs: ['start', 'rights', 'deliver', 'tool:skaffold', 'tool:minikube', 'tool:kubernetes', 'tool:kubectl'],
      work: { kind: 'record' },
    });
  }
  return steps;
}

function describeRights(inside: InsideCluster): string | undefined {
  if (inside.missingObjects.length > 0) return `missing: ${inside.missingObjects.join(', ')}`;
  return inside.rightsAreCurrent ? undefined : 'they changed since the last init';
}
