import { suggestNearest } from '../config/suggest.js';
import { longForms } from '../errors/long-forms.js';
import { SparkDevError, exitCodeMeanings } from '../errors/spark-dev-error.js';
import { command, type CommandResult } from '../command.js';
import type { Host } from '../ports/host.js';

export const topics: Readonly<Record<string, (host: Host) => CommandResult | Promise<CommandResult>>> = {
  'exit-codes': showExitCodes,
  environment: showEnvironment,
  'spark-dev.yaml': async () => ({
    ...(await import('../config/schema.js')).describeSettings(),
    // names of example secrets
    exact: true,
  }),
};

/** `help COMMAND` is answered in cli, like `COMMAND --help`. */
export const help = command({
  name: 'help',
  makesNoFolders: true,
  arguments: [{ name: '[topic]', description: 'a command, exit-codes, environment, spark-dev.yaml, or an error code' }],
  examples: [
    'spark-dev help run',
    'spark-dev help exit-codes',
    'spark-dev help environment',
    'spark-dev help spark-dev.yaml',
    'spark-dev help JOB_FAILED',
  ],
  run(host, input) {
    const asked = input.args[0] ?? 'exit-codes';
    const topic = Object.hasOwn(topics, asked.toLowerCase()) ? topics[asked.toLowerCase()] : undefined;
    return Promise.resolve(topic === undefined ? explainCode(asked) : topic(host));
  },
});

function explainCode(asked: string): CommandResult {
  const wanted = asked.toUpperCase().replaceAll('-', '_');
  const explained = exitCodeMeanings.flatMap(({ codes, ...exit }) => codes.map((code) => ({ code, ...exit })));
  const found = explained.find(({ code }) => code === wanted);
  if (found === undefined) throw unknownTopic(asked);
  const { code, exitCode, meaning: general } = found;
  const { meaning, causes, actions } = longForms[code];
  return {
    data: { code, exitCode, meaning, causes, actions },
    text: [
      `${code} (exit ${String(exitCode)}: ${general})`,
      '',
      meaning,
      '',
      'Usual causes:',
      ...causes.map((cause) => `  - ${cause}`),
      '',
      'What to do:',
      ...actions.map((action) => `  - ${action}`),
    ],
  };
}

function unknownTopic(asked: string): SparkDevError {
  const known = [...Object.keys(topics), ...Object.keys(longForms)];
  const nearest = suggestNearest(asked, known);
  return new SparkDevError('USAGE', `There is no help on ${JSON.stringify(asked.slice(0, 60))}`, {
    why: 'It is not a command, a topic or an error code.',
    fix: [...(nearest === undefined ? [] : [`Did you mean: spark-dev help ${nearest}`]), 'spark-dev --help'],
  });
}

function showExitCodes(): CommandResult {
  return {
    data: exitCodeMeanings,
    text: [
      'Exit codes, and the error codes behind each (spark-dev help CODE explains one):',
      '',
      ...exitCodeMeanings.flatMap(({ exitCode, meaning, codes }) => [
        `${String(exitCode).padStart(5)}  ${meaning}`,
        ...(codes.length === 0 ? [] : [`       ${codes.join(', ')}`]),
      ]),
    ],
  };
}

function showEnvironment({ directories, env }: Host): CommandResult {
  const variables: readonly (readonly [string, string])[] = [
    ['SPARK_DEV_HOME', 'parent folder for all folders of spark-dev'],
    ['SPARK_DEV_TRUST', 'colon-separated folders whose spark-dev.yaml is trusted even if another user could write it'],
    ['SPARK_DEV_…', 'every flag: --ui-port is SPARK_DEV_UI_PORT, --no-verify is SPARK_DEV_NO_VERIFY=1'],
    ['JAVA_HOME', 'the Java for runs in local mode, if it suits this Spark version'],
    ['DOCKER_HOST', 'the Docker daemon, as in docker'],
    ['HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY', 'proxies, SOCKS too, as curl reads them'],
    ['PYSPARK_PYTHON', 'the Python of local runs; otherwise python3 on the PATH'],
    ['GOPROXY, PIP_INDEX_URL, PIP_CERT', 'package registries; the config files of go and pip work too'],
    ['NO_COLOR, CI', 'no colours; never prompt'],
  ];
  const { data, cache, state, config } = directories;
  const folders = { data, cache, state, config };
  return {
    data: {
      variables: Object.fromEntries(variables),
      set: Object.keys(env)
        .filter((name) => name.startsWith('SPARK_DEV_'))
        .sort(),
      directories: folders,
    },
    text: [
      'A flag wins over its variable, a variable over spark-dev.yaml, the file over the default.',
      '',
      ...variables.flatMap(([name, meaning]) => [`  ${name}`, `      ${meaning}`]),
      '',
      'Folders:',
      ...Object.entries(folders).map(([name, path]) => `  ${name.padEnd(7)} ${path}`),
    ],
  };
}
