import { join } from 'node:path';
import { SparkDevError } from '../../../errors/spark-dev-error.js';
import { propertiesKey } from '../../../overlay/run-overlay.js';
import type { NamespaceSession } from '../../../namespaces/session.js';
import { everyExitCode, type Argv } from '../../../ports/runner.js';
import { findLastWords } from '../../failure/explain-failure.js';
import { endProcess, planProcess, podFolder, stageFiles } from '../../../services/submit/pod-process.js';
import type { RunIdentity } from '../../../runs/run-folder.js';
import type { RenderedJob } from '../../rendered-job.js';
import { hideConf } from '../../../spark/submit-words.js';
import { confWords, patienceConf, templates } from '../../../spark/conf.js';
import { inStep } from '../../../steps/apply.js';

export interface PodSubmission extends RunIdentity {
  /** The image of driver and executors. */
  readonly image: string;
  readonly job: RenderedJob;
}

/** A JVM that runs two seconds does not profit from the second compiler. */
const submitOptions = '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC';

/** Five times spark-submit's own timeout for the API server. */
const submittedWithinMs = 300_000;

/** The command in the pod, and the files that it reads. */
export function planSubmit({ runId, image, job }: PodSubmission): {
  readonly words: Argv;
  readonly files: Readonly<Record<string, string>>;
} {
  const folder = podFolder(runId);
  const line = [
    ...confWords(patienceConf('submission')),
    // a Job mounts its templates; here they are in the run's folder
    ...job.words.map((word) => word.replace(`=${templates}/`, `=${folder}/`)),
  ];
  const { words, properties } = hideConf(line, `${folder}/${propertiesKey}`);
  return {
    words: [
      'env',
      `SPARK_IMAGE=${image}`,
      `SPARK_SUBMIT_OPTS=${submitOptions}`,
      '/opt/entrypoint.sh',
      'submit',
      ...words,
    ],
    files: { ...job.templates, ...(properties === undefined ? {} : { [propertiesKey]: properties }) },
  };
}

/** Runs spark-submit in the service's pod until it has created the driver's pod. Throws JOB_FAILED with spark-submit's message. */
export async function submitFromPod(session: NamespaceSession, pod: string, submission: PodSubmission): Promise<void> {
  const { host, cluster, signal } = session;
  const process = planProcess(cluster, pod, submission.runId);
  const logFile = join(submission.folder, 'submit.log');
  const { words, files } = planSubmit(submission);
  try {
    await inStep(host, `Submit from ${pod}`, async () => {
      await stageFiles(session, process, submission.folder, { copied: {}, written: files });
      const options = {
        ...{ env: cluster.childEnv, holdsStdin: true, accept: everyExitCode, signal, logFile },
        timeoutMs: submittedWithinMs,
      };
      const end = await host.runner.run(process.start(words), options);
      const code = await endProcess(session, process);
      if (code !== 0) {
        const why = findLastWords([...end.stderr.split('\n'), ...end.stdout.split('\n')]);
        throw new SparkDevError('JOB_FAILED', 'spark-submit failed before it created a driver', {
          why: code === undefined ? `The connection to pod ${pod} broke.` : (why ?? 'It printed nothing.'),
          fix: [`Read its log: ${logFile}`, 'spark-dev submit status'],
          log: logFile,
          facts: { pod, exitCode: code ?? null },
        });
      }
    });
  } catch (error) {
    await endProcess(session, process).catch(() => undefined);
    throw error;
  }
}
