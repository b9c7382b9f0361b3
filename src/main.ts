#!/usr/bin/env node
import { isatty } from 'node:tty';
import { writeFileSync } from 'node:fs';
import type { SparkDevError } from './errors/spark-dev-error.js';
import { builtHelp, ownVersion } from './package.js';

const words = process.argv.slice(2);
const constants: Readonly<Record<string, () => string>> = {
  '--version': () => `${ownVersion()}\n`,
  '--help': builtHelp,
  '-h': builtHelp,
};
if (!isAnswered()) await main();

/** What is the same on each call costs little more than Node itself. If it cannot be written, main explains why. */
function isAnswered(): boolean {
  const answer = words.length === 1 ? constants[words[0] ?? ''] : undefined;
  if (answer === undefined) return false;
  try {
    writeFileSync(1, answer());
    return true;
  } catch {
    return false;
  }
}

/** Loads everything else. */
async function main(): Promise<void> {
  const { runCli } = await import('./cli/run.js');
  const { listenForSignals } = await import('./cli/signals.js');
  const { guardStream } = await import('./standard-streams.js');
  const signals = listenForSignals();
  const onLost = (why: SparkDevError): void => {
    signals.stop(why);
  };
  const stdout = guardStream('stdout', process.stdout, onLost);
  const stderr = guardStream('stderr', process.stderr, onLost);
  const exitCode = await runCli(words, {
    env: process.env,
    signal: signals.signal,
    signalExitCode: signals.exitCode,
    print: (data) => {
      stdout.write(data);
    },
    printError: (text) => {
      if (!signals.isTerminalGone()) stderr.write(text);
    },
    isStderrLost: () => stderr.lost() !== undefined,
    async flushed() {
      await stdout.flushed(signals.signal);
      const lost = stdout.lost();
      if (lost !== undefined) throw lost;
    },
    colour: process.stderr.isTTY && process.env['NO_COLOR'] === undefined,
    self: [process.execPath, process.argv[1] ?? ''],
    isTerminal: isatty(0) && [process.stdout, process.stderr].every(({ isTTY }) => isTTY),
    createHost: async (request) => {
      (await import('./resolve-environment.js')).resolveEnvironment(process.env);
      const host = (await import('./host.js')).createHost(request, signals);
      signals.tellPlaces(host.directories);
      return host;
    },
  });
  process.exitCode = exitCode;
  await Promise.all([stdout, stderr].map((stream) => stream.flushed(signals.signal)));
  signals.close();
  // up to Node 22 an exit aborts if a terminal cannot be reset: https://github.com/nodejs/node/issues/51519
  if (signals.isTerminalGone()) process.kill(process.pid, 'SIGHUP');
  setTimeout(() => process.exit(), 500).unref();
}
