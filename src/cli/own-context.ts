import { profileName } from '../kube/names.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { CommandSpec } from '../command.js';

/** What explains stays readable whatever SPARK_DEV_CONTEXT says. */
const talkOnly = ['help', 'version'];

/** spark-dev works on the one context that is its own; who names another means something else, and gets nothing done. */
export function refuseForeignContext(
  { name, foreignContexts = false }: CommandSpec,
  context: string | undefined,
): void {
  if (context === undefined || context === profileName || foreignContexts || talkOnly.includes(name)) return;
  throw new SparkDevError(
    'CONTEXT_REFUSED',
    `Nothing is done on the context ${JSON.stringify(context.slice(0, 200))}`,
    {
      why: `spark-dev works on the local cluster of its own, ${profileName}, and on no other.`,
      fix: [
        ...(context === 'docker-desktop' ? ['--provider docker-desktop'] : []),
        'Leave out --context and SPARK_DEV_CONTEXT',
        `--context ${profileName}`,
      ],
    },
  );
}
