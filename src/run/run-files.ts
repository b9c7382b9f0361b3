import { cp, mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { PreparedCluster } from '../clusters/prepared.js';
import { type OverlayFiles, toYaml } from '../overlay/kustomize/kustomization.js';
import { layRunOverlay, type RunOverlay } from '../overlay/run-overlay.js';
import { planAppLayer } from '../spark/image-layer.js';
import { writePrivately } from '../runs/run-folder.js';
import { roleNames, type SparkJob } from '../job/job.js';
import { podTemplates } from '../spark/pod-templates.js';
import { propertiesFile, submitArguments, type Submission } from '../spark/submit-arguments.js';
import { hideConf } from '../spark/submit-words.js';
import { renderSkaffoldYaml } from './launch/submit-job/skaffold.js';

export interface RunFiles {
  /** Relative to the run folder. */
  readonly generated: Readonly<Record<string, string>>;
  readonly copied: readonly { readonly from: string; readonly to: string }[];
}

/** The files that Skaffold needs for one run; pure, so that --dry-run can show them. */
export function planRunFiles(
  { sparkImage, context }: Pick<PreparedCluster, 'sparkImage' | 'context'>,
  overlay: OverlayFiles,
  submission: Submission,
): RunFiles {
  const { runId, job, main, pulls = false } = submission;
  const layer = planAppLayer(job, main, job.image ?? sparkImage);
  const inImage = (path: string): string => join('image', path);
  const laid = planOverlay(overlay, submission);
  return {
    generated: {
      'skaffold.yaml': renderSkaffoldYaml({ runId, context, pushes: pulls }),
      'image/Dockerfile': layer.dockerfile,
      ...Object.fromEntries(Object.entries(layer.generated).map(([path, text]) => [inImage(path), text])),
      ...Object.fromEntries(Object.entries(laid).map(([path, text]) => [`overlay/${path}`, text])),
    },
    copied: layer.copied.map(({ from, to }) => ({ from, to: inImage(to) })),
  };
}

/** The overlay of one run; with `image` if no later step replaces it by a built one. */
export function planOverlay(
  overlay: OverlayFiles,
  submission: Submission,
  image?: string,
  more: Pick<RunOverlay, 'resources' | 'program'> = {},
): OverlayFiles {
  const { runId, namespace, serviceAccount, job, home, pulls = false } = submission;
  const line = hideConf(submitArguments(submission), propertiesFile);
  return layRunOverlay(overlay, {
    runId,
    app: job.name.written,
    namespace,
    serviceAccount,
    home,
    pulls,
    ...(image === undefined ? {} : { image }),
    ...more,
    submitArguments: line.words,
    properties: line.properties ?? '',
    templates: ownTemplates(job),
  });
}

/** Patches only what the job adds to the base, because the user may have ejected and changed the base. */
function ownTemplates(job: SparkJob): RunOverlay['templates'] {
  const needsOwn =
    job.tolerations.length > 0 ||
    job.volumes.some(({ kind }) => kind === 'on-demand') ||
    roleNames.some((role) => job[role].podTemplate !== undefined);
  if (!needsOwn) return undefined;
  const { driver, executor } = podTemplates(job);
  return { driver: toYaml(driver), executor: toYaml(executor) };
}

/** In a folder of data. */
const notData = new Set(['.git', '.venv', '__pycache__', 'node_modules']);

export async function writeRunFiles(folder: string, files: RunFiles): Promise<void> {
  for (const [path, content] of Object.entries(files.generated)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    // an image keeps file modes, and another user reads the files there
    if (path.startsWith('image/')) await writeFile(join(folder, path), content);
    else await writePrivately(join(folder, path), content);
  }
  for (const { from, to } of files.copied) {
    const target = join(folder, to);
    await mkdir(dirname(target), { recursive: true });
    await cp(from, target, { recursive: true, dereference: true, filter: (path) => !notData.has(basename(path)) });
  }
}
