import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { OverlayFiles } from '../overlay/kustomize/overlay-paths.js';
import { layRunOverlay } from '../overlay/run-overlay.js';
import { submitArguments, type Submission } from '../spark/submit-arguments.js';
import { renderSkaffoldYaml } from './skaffold.js';

/** Where the application's file lies in the image. */
const imageAppFolder = '/opt/spark/app';

export interface RunFiles {
  /** Below the run folder. */
  readonly generated: Readonly<Record<string, string>>;
  readonly copied: readonly { readonly from: string; readonly to: string }[];
}

export interface RunFilesWish {
  readonly app: string;
  /** The application's jar or Python file on this machine. */
  readonly appFile: string;
  readonly sparkImage: string;
  readonly context: string;
  /** The image goes by a registry, and nodes pull it. */
  readonly pushes: boolean;
  /** The application's, ours or ejected. */
  readonly overlay: OverlayFiles;
  readonly submission: Omit<Submission, 'resource'>;
}

/** Everything that Skaffold needs for one run; pure, so that --dry-run can show it. */
export function planRunFiles(wish: RunFilesWish): RunFiles {
  const file = basename(wish.appFile);
  const { pushes, context } = wish;
  const overlay = planOverlay({ ...wish, pulls: pushes });
  return {
    generated: {
      'skaffold.yaml': renderSkaffoldYaml({ runId: wish.submission.runId, context, pushes }),
      'image/Dockerfile': renderDockerfile(wish.sparkImage),
      ...Object.fromEntries(Object.entries(overlay).map(([path, text]) => [`overlay/${path}`, text])),
    },
    copied: [{ from: wish.appFile, to: join('image', 'app', file) }],
  };
}

/** The application's file on top of Spark. */
export function renderDockerfile(sparkImage: string): string {
  return `FROM ${sparkImage}\nCOPY app/ ${imageAppFolder}/\n`;
}

export interface OverlayWish extends Pick<RunFilesWish, 'app' | 'appFile' | 'overlay' | 'submission'> {
  /** Nodes get the image from a registry. */
  readonly pulls: boolean;
  /** Where nobody puts a built one in its place. */
  readonly image?: string;
}

/** The overlay of one run, whoever applies it. */
export function planOverlay({ app, appFile, overlay, pulls, image, ...wish }: OverlayWish): OverlayFiles {
  const resource = `local://${imageAppFolder}/${basename(appFile)}`;
  const submission: Submission = { ...wish.submission, resource, pulls };
  const { runId, namespace, serviceAccount } = submission;
  return layRunOverlay(overlay, {
    runId,
    app,
    namespace,
    serviceAccount,
    pulls,
    ...(image === undefined ? {} : { image }),
    submitArguments: submitArguments(submission),
  });
}

export async function writeRunFiles(folder: string, files: RunFiles): Promise<void> {
  for (const [path, content] of Object.entries(files.generated)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  for (const { from, to } of files.copied) {
    const target = join(folder, to);
    await mkdir(dirname(target), { recursive: true });
    await copyFile(from, target);
  }
}
