import { exitCodes, type ErrorCode } from './codes.js';

const meanings: readonly (readonly [number, string])[] = [
  [0, 'success'],
  [1, 'a tool failed'],
  [2, 'the command line or spark-dev.yaml is wrong'],
  [3, 'cancelled by the user'],
  [4, 'a prerequisite is missing on this machine'],
  [5, 'there is no cluster, or it does not answer'],
  [6, 'not enough CPUs, memory or disk'],
  [7, 'an image or a build failed'],
  [8, 'timeout'],
  [9, 'refused, to protect something that spark-dev does not own'],
  [10, 'the Spark application itself failed'],
  [70, 'a bug in spark-dev'],
  [129, 'the terminal was closed'],
  [130, 'Ctrl-C'],
  [143, 'stopped by SIGTERM'],
];

export interface ExitCodeMeaning {
  readonly exitCode: number;
  readonly meaning: string;
  readonly codes: readonly ErrorCode[];
}

export function listExitCodes(): readonly ExitCodeMeaning[] {
  const entries = Object.entries(exitCodes) as [ErrorCode, number][];
  return meanings.map(([exitCode, meaning]) => ({
    exitCode,
    meaning,
    codes: entries.filter(([, code]) => code === exitCode).map(([name]) => name),
  }));
}
