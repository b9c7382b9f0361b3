import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { SparkDevError } from '../../../errors/spark-dev-error.js';
import type { Host } from '../../../ports/host.js';
import type { RunIdentity } from '../../../runs/run-folder.js';
import type { ClusterRun } from '../launcher.js';
import { runSkaffold, skaffoldArgv } from '../submit-job/skaffold.js';

/** `skaffold dev` that does nothing until a key is pressed; then all that is needed: docs/decisions/skaffold-in-the-loop.md. */
export function startSkaffold(host: Host, { cluster }: ClusterRun, { folder }: RunIdentity, session: AbortSignal) {
  const typed = new PassThrough();
  const over = new AbortController();
  const home = join(host.directories.data, 'skaffold');
  const lifeline = join(host.directories.package, 'programs', 'lifeline.sh');
  const skaffold = [...skaffoldArgv('dev', cluster, folder, home), '--trigger=manual', '--verbosity=info'];
  const argv = ['sh', lifeline, ...skaffold];
  let deployments = 0;
  let isDeployed = false;
  let failure: string | undefined;
  let note: (text: string) => void = () => undefined;
  let wake: () => void = () => undefined;
  const onLine = (line: string): void => {
    failure = /msg="Skipping (?!deploy due to sync)[\w ]+ due to (?:\w+ )?error: ?(.*)"/.exec(line)?.[1] ?? failure;
    isDeployed ||= line.includes('msg="Deploy completed');
    if (!line.startsWith('time=')) note(line.trim().slice(0, 80));
    // the end of a round, which may have been one that only syncs
    if (!line.startsWith('Press any key') || (!isDeployed && failure === undefined)) return;
    isDeployed = false;
    deployments += 1;
    wake();
  };
  const signal = AbortSignal.any([session, over.signal]);
  const end: { error?: unknown; isOver: boolean } = { isOver: false };
  const why = (): string | undefined => failure;
  const config = join(home, 'config');
  const running = runSkaffold(
    { host, cluster, signal },
    { folder, config, argv },
    { inputStream: typed, lifeline: true, onLine },
  )
    .catch((error: unknown) => {
      end.error = error;
    })
    .finally(() => {
      end.isOver = true;
      wake();
    });
  const press = (): unknown => typed.write('\n');
  return {
    hasEnded: () => end.isOver,
    press,
    /** The end of the first build, or of that after a key. */
    async deployed(isFirst: boolean, onNote: typeof note, stop: AbortSignal): Promise<void> {
      const before = deployments;
      note = onNote;
      failure = undefined;
      if (!isFirst) press();
      stop.addEventListener('abort', () => {
        wake();
      });
      while (deployments === before && !end.isOver && !stop.aborted)
        await new Promise<void>((resolve) => (wake = resolve));
      stop.throwIfAborted();
      const log = join(folder, 'skaffold.log');
      if (end.isOver)
        throw end.error instanceof Error
          ? end.error
          : new SparkDevError('BUILD_FAILED', 'Skaffold ended', { fix: ['Save again'], log });
      const reason = why();
      if (reason !== undefined)
        throw new SparkDevError('BUILD_FAILED', 'Skaffold could not build and deploy the application', {
          why: reason,
          fix: ['Correct it, and save again', 'spark-dev doctor'],
          log,
        });
    },
    async stop(): Promise<void> {
      over.abort();
      await running;
    },
  };
}
