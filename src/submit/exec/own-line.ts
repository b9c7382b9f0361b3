import { SparkDevError } from '../../errors/spark-dev-error.js';

/** Of a line that a person would type after spark-submit; throws USAGE for what cannot be followed from here. */
export function readOwnLine(words: readonly string[]): readonly string[] {
  const line = /(^|\/)spark-submit$/.test(words[0] ?? '') ? words.slice(1) : words;
  if (line.length === 0) {
    throw new SparkDevError('USAGE', 'There is nothing to submit', {
      why: 'It takes the name of an application, or a spark-submit line after --.',
      fix: [
        'spark-dev submit exec sparkpi',
        'spark-dev submit exec -- --class org.acme.Orders local:///opt/app/orders.jar',
      ],
    });
  }
  const options = line.slice(0, endOfOptions(line));
  const said = (flag: string): boolean => options.some((word) => word === flag || word.startsWith(`${flag}=`));
  const mode = valueOf(options, '--deploy-mode') ?? 'cluster';
  if (mode !== 'cluster') {
    throw new SparkDevError('USAGE', `A line with --deploy-mode ${mode} cannot be followed`, {
      why: 'submit exec starts drivers in pods of their own.',
      fix: ['spark-dev run APP --deploy-mode client', 'Leave --deploy-mode away'],
    });
  }
  if (said('--master')) {
    throw new SparkDevError('USAGE', 'The master is the cluster that the service is in', {
      fix: ['Leave --master away', 'spark-dev run APP --target local'],
    });
  }
  return line;
}

/** Switches of spark-submit that take no value: https://spark.apache.org/docs/latest/submitting-applications.html */
const switches = ['--supervise', '--verbose', '-v', '--version', '--help', '-h'];

/** Where the application stands: what comes behind it is its own. */
function endOfOptions(line: readonly string[]): number {
  let index = 0;
  while (line[index]?.startsWith('-') === true) {
    const word = line[index] ?? '';
    index += switches.includes(word) || /^--[^=]+=/.test(word) ? 1 : 2;
  }
  return index;
}

function valueOf(options: readonly string[], flag: string): string | undefined {
  const index = options.indexOf(flag);
  if (index !== -1) return options[index + 1];
  return options.find((word) => word.startsWith(`${flag}=`))?.slice(flag.length + 1);
}
