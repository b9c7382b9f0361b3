import type { Host } from '../../ports/host.js';
import type { RunOptions } from '../../ports/runner.js';
import type { StepHandle } from '../../ports/ui.js';
import type { HostPrograms } from '../programs.js';
import type { NodeAccess } from './argv.js';
import type { RecreationFolder } from './folder.js';
import type { RecreationSession } from './observe.js';
import type { Archives, RecreationPlan } from './record.js';

/** Everything that the steps share. */
export interface RecreationContext {
  readonly host: Host;
  readonly plan: RecreationPlan;
  readonly archives: Archives;
  readonly folder: RecreationFolder;
  readonly programs: HostPrograms;
  readonly session: RecreationSession;
  readonly node: NodeAccess;
  readonly shown: StepHandle;
  readonly logFile: string;
  readonly signal: AbortSignal;
}

export function optionsOf({
  session,
  signal,
  logFile,
}: RecreationContext): RunOptions & { env: Readonly<Record<string, string>>; logFile: string } {
  return { env: session.cluster.env, signal, logFile };
}
