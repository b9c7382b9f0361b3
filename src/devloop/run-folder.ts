import { copyFile, cp, mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { renderRunOverlay } from '../overlay/run-overlay.js';
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
  /** Our package's kustomize/run. */
  readonly base: string;
  readonly submission: Omit<Submission, 'resource'>;
}

/** Everything that Skaffold needs for one run; pure, so that --dry-run can show it. */
export function planRunFiles(wish: RunFilesWish): RunFiles {
  const file = basename(wish.appFile);
  const submission: Submission = { ...wish.submission, resource: `local://${imageAppFolder}/${file}` };
  const { runId, namespace, serviceAccount } = submission;
  return {
    generated: {
      'skaffold.yaml': renderSkaffoldYaml({ runId, context: wish.context }),
      'image/Dockerfile': `FROM ${wish.sparkImage}\nCOPY app/ ${imageAppFolder}/\n`,
      'overlay/kustomization.yaml': renderRunOverlay({
        runId,
        app: wish.app,
        namespace,
        serviceAccount,
        submitArguments: submitArguments(submission),
      }),
    },
    copied: [
      { from: wish.appFile, to: join('image', 'app', file) },
      { from: wish.base, to: join('overlay', 'base') },
    ],
  };
}

export async function writeRunFiles(folder: string, files: RunFiles): Promise<void> {
  for (const [path, content] of Object.entries(files.generated)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  for (const { from, to } of files.copied) {
    const target = join(folder, to);
    await mkdir(dirname(target), { recursive: true });
    await (to.startsWith('overlay') ? cp(from, target, { recursive: true }) : copyFile(from, target));
  }
}
