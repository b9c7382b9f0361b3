import { basename, dirname, parse } from 'node:path';
import { joinWords } from '../../errors/quote-argv.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';

interface RefusedKind {
  /** Endings or whole names, in lower case. */
  readonly files: readonly string[];
  readonly explain: (path: string) => SparkDevError;
}

/** What people have at hand, but spark-submit runs nowhere as it is; each with the next step. */
export const refusedKinds: readonly RefusedKind[] = [
  {
    files: ['build.gradle', 'build.gradle.kts'],
    explain: (path) =>
      refuse(path, 'Gradle builds it, and spark-dev does not call Gradle.', [
        `${joinWords(['cd', dirname(path)])} && ./gradlew build   # or: gradle build`,
        'spark-dev run build/libs/NAME.jar --class org.acme.Main',
      ]),
  },
  {
    files: ['.kt', '.kts'],
    explain: (path) =>
      refuse(path, 'It is Kotlin source, which must be compiled with its runtime first.', [
        `kotlinc ${joinWords([path])} -include-runtime -no-jdk-check -d ${parse(path).name}.jar`,
        `spark-dev run ${parse(path).name}.jar --class ${kotlinClass(path)}`,
      ]),
  },
  {
    files: ['.whl', '.egg'],
    explain: (path) =>
      refuse(path, 'It is a Python package, which has no program of its own.', [
        'Write job.py, which imports the package and calls its function',
        `spark-dev run job.py --py-files ${joinWords([path])}`,
      ]),
  },
  {
    files: ['.class'],
    explain: (path) =>
      refuse(path, 'Spark runs classes from a jar only.', [
        `jar --create --file app.jar -C ${joinWords([dirname(path)])} .`,
        `spark-dev run app.jar --class ${parse(path).name}`,
      ]),
  },
];

function refuse(path: string, why: string, fix: readonly string[]): SparkDevError {
  return new SparkDevError('USAGE', `${basename(path)} cannot run as it is`, { why, fix });
}

/** The class of a file's functions. */
function kotlinClass(path: string): string {
  const { name } = parse(path);
  return `${name.slice(0, 1).toUpperCase()}${name.slice(1)}Kt`;
}
