import type { Host } from '../ports/host.js';
import { withFolder } from './kubectl-kustomize.js';

/** `diff` of two texts by name, empty if they are equal; `kubectl diff` needs that program too. */
export async function compareTexts(
  host: Host,
  texts: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<string> {
  return withFolder(texts, async (folder) => {
    const argv = [
      'diff',
      '--unified',
      ...Object.keys(texts).flatMap((name) => ['--label', name]),
      ...Object.keys(texts),
    ];
    return (await host.runner.run(argv, { cwd: folder, accept: [1], signal, timeoutMs: 30_000 })).stdout;
  });
}
