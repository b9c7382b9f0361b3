import { parseAllDocuments } from 'yaml';
import { findProjectFolder } from '../config/project.js';
import type { Host } from '../ports/host.js';
import { overlayInvalid, readAppOverlay, type AppOverlay } from './app-overlay.js';
import { explainRefusal } from './explain-refusal.js';
import { renderOverlay, runKustomize } from './kubectl-kustomize.js';
import type { OverlayFiles } from './kustomize/kustomization.js';
import type { OverlayProblem } from './overlay-folder.js';
import { probeTargets } from './probe-targets.js';

/** Objects that every run changes, so that they must exist. */
const neededResources = ['Job submit', 'ConfigMap settings'] as const;

/** The application's overlay in this project; throws CONFIG_INVALID if it is the user's and no run could use it. */
export async function requireAppOverlay(host: Host, app: string, signal: AbortSignal): Promise<AppOverlay> {
  const overlay = await readAppOverlay(host.directories, await findProjectFolder(host), app);
  if (overlay.origin === 'ejected') await renderAppOverlay(host, overlay, signal);
  return overlay;
}

/** The rendered objects of an overlay; throws CONFIG_INVALID if it is the user's and no run could use it. */
export async function renderAppOverlay(host: Host, overlay: AppOverlay, signal: AbortSignal): Promise<string> {
  const { origin, files } = overlay;
  if (origin === 'generated') return renderOverlay(host, files, signal);
  const { exitCode, stdout, stderr } = await runKustomize(host, files, signal, [1]);
  if (exitCode !== 0) throw overlayInvalid(overlay, [explainRefusal(stderr, files)]);
  const problems = [...findMissing(stdout), ...(await findUnmatched(host, files, signal))];
  if (problems.length > 0) throw overlayInvalid(overlay, problems);
  return stdout;
}

function findMissing(rendered: string): readonly OverlayProblem[] {
  const objects = parseAllDocuments(rendered).map(
    (document) => document.toJS() as { readonly kind: string; readonly metadata: { readonly name: string } } | null,
  );
  const found = objects.map((object) => `${object?.kind ?? ''} ${object?.metadata.name ?? ''}`);
  return neededResources
    .filter((name) => !found.includes(name))
    .map((name) => ({ file: 'kustomization.yaml', message: `does not contain ${name}, which every run changes` }));
}

/** Targets that match nothing, in an overlay that kustomize accepts. */
export async function findUnmatched(
  host: Host,
  files: OverlayFiles,
  signal: AbortSignal,
): Promise<readonly OverlayProblem[]> {
  const probed = probeTargets(files);
  if (probed.selectors.size === 0) return [];
  const { stdout } = await runKustomize(host, probed.files, signal);
  return [...probed.selectors].flatMap(([key, problem]) => (stdout.includes(`${key}: `) ? [] : [problem]));
}
