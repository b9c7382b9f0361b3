import type { ProfileState } from '../minikube/parse.js';
import type { DesiredCluster, PreparationStep } from './desired.js';
import type { InsideCluster, ObservedCluster } from './observe.js';

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
  const { profile, inside } = observed;
  const wanted = [
    ...desired.hostTools,
    ...(profile === 'running' || profile === 'paused' ? [] : desired.nodeImages),
    ...(inside?.hasSparkImage === true ? [] : [desired.sparkImage]),
  ];
  return keepOwnNeeds([
    ...planEngineStep(observed, desired),
    ...listMissing(observed, desired, wanted),
    ...planNode(observed, desired),
    ...planInside(observed, desired),
  ]);
}

/** The steps that produce the files of the images with these ids; empty when they exist. */
export function planImages(
  observed: Pick<ObservedCluster, 'present'>,
  desired: DesiredCluster,
  ids: readonly string[],
): readonly PreparationStep[] {
  return keepOwnNeeds(listMissing(observed, desired, ids));
}

/** The steps for what is wanted and not there, with those that they need. */
function listMissing(
  { present }: Pick<ObservedCluster, 'present'>,
  { made }: DesiredCluster,
  ids: readonly string[],
): readonly PreparationStep[] {
  const missing = new Set<PreparationStep>();
  const add = (id: string): void => {
    const step = made.find((one) => one.id === id);
    if (step === undefined || present.has(id) || missing.has(step)) return;
    missing.add(step);
    step.needs.forEach(add);
  };
  ids.forEach(add);
  return made.filter((step) => missing.has(step));
}

/** A need that is not in the plan is already met. */
function keepOwnNeeds(steps: readonly PreparationStep[]): readonly PreparationStep[] {
  const ids = new Set(steps.map(({ id }) => id));
  return steps.map((step) => ({ ...step, needs: step.needs.filter((id) => ids.has(id)) }));
}

function planEngineStep({ engineAnswers }: ObservedCluster, { commands }: DesiredCluster): readonly PreparationStep[] {
  if (engineAnswers) return [];
  return [
    {
      id: 'engine',
      title: 'Install and start Docker',
      why: 'no Docker daemon answers',
      commands: commands.engine,
      needs: [],
      work: { kind: 'engine' },
    },
  ];
}

function planNode({ profile }: ObservedCluster, { commands, nodeImages }: DesiredCluster): readonly PreparationStep[] {
  if (profile === 'running') return [];
  if (profile === 'paused') {
    return [
      {
        id: 'start',
        title: 'Unpause the cluster',
        why: 'it is paused',
        commands: commands.unpause,
        needs: ['engine', 'tool:minikube'],
        work: { kind: 'unpause' },
      },
    ];
  }
  return [
    {
      id: 'start',
      title: 'Start the cluster',
      why: startReasons[profile],
      commands: commands.start,
      needs: ['engine', 'tool:minikube', 'tool:kubernetes', ...nodeImages],
      work: { kind: 'start' },
    },
  ];
}

function planInside(observed: ObservedCluster, desired: DesiredCluster): readonly PreparationStep[] {
  const { profile, inside, userEntry } = observed;
  const { commands, sparkImage, record } = desired;
  const mustMove = profile !== 'running';
  const steps: PreparationStep[] = [];
  if ((userEntry !== 'there' && userEntry !== 'foreign') || mustMove) {
    steps.push({
      id: 'kubeconfig',
      title: 'Add spark-dev to your kubeconfig',
      why: mustMove ? 'the address of the cluster changes with each start' : `it is ${userEntry}`,
      commands: [],
      needs: ['start'],
      work: { kind: 'kubeconfig' },
    });
  }
  const rightsReason = inside === undefined ? unknown : describeRights(inside);
  if (rightsReason !== undefined) {
    steps.push({
      id: 'rights',
      title: 'Create the namespace and the service account with its rights',
      why: rightsReason,
      commands: commands.rights,
      needs: ['start', 'tool:kubernetes', 'tool:kubectl'],
      work: { kind: 'rights' },
    });
  }
  if (inside?.hasSparkImage !== true) {
    steps.push({
      id: 'deliver',
      title: 'Load the Spark image into the cluster',
      why: inside === undefined ? unknown : "the cluster's daemon does not have it",
      commands: commands.deliver,
      needs: ['start', sparkImage],
      work: { kind: 'deliver' },
    });
  }
  if (inside?.record !== record || steps.some(({ id }) => id !== 'kubeconfig')) {
    steps.push({
      id: 'record',
      title: 'Save the state in the cluster',
      why: 'runs read it',
      commands: commands.record,
      needs: ['start', 'rights', 'deliver', 'tool:skaffold', 'tool:minikube', 'tool:kubernetes', 'tool:kubectl'],
      work: { kind: 'record' },
    });
  }
  return steps;
}

const unknown = 'checked when the cluster is running';

function describeRights({ missingObjects, rightsAreCurrent }: InsideCluster): string | undefined {
  if (missingObjects.length > 0) return `missing: ${missingObjects.join(', ')}`;
  return rightsAreCurrent ? undefined : 'they changed since the last init';
}
