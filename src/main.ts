#!/usr/bin/env node
import { readFileSync } from 'node:fs';

const words = process.argv.slice(2);
if (words.length === 1 && words[0] === '--version') {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
  console.log(manifest.version);
} else {
  await main();
}

/** Everything else is loaded here, so that --version costs little more than Node itself. */
async function main(): Promise<void> {
  const { runCli } = await import('./cli/run.js');
  const { listenForSignals } = await import('./signals.js');
  for (const stream of [process.stdout, process.stderr]) {
    // a reader that went away (`| head`) or a closed terminal is no reason to leave a run uncleaned
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
    });
  }
  const signals = listenForSignals();
  const exitCode = await runCli(words, {
    env: process.env,
    signal: signals.signal,
    signalExitCode: signals.exitCode,
    print: (text) => process.stdout.write(text),
    printError: (text) => {
      if (!signals.isTerminalGone()) process.stderr.write(text);
    },
    colour: process.stderr.isTTY && process.env['NO_COLOR'] === undefined,
    isTerminal: [process.stdin, process.stdout, process.stderr].every(({ isTTY }) => isTTY),
    createHost: async (wish) => {
      (await import('./adapters/settle-environment.js')).settleEnvironment(process.env);
      const host = (await import('./host.js')).createHost(wish, signals);
      signals.tellPlaces(host.directories);
      return host;
    },
  });
  process.exitCode = exitCode;
  signals.close();
  // up to Node 22 an exit aborts where a terminal cannot be set back: https://github.com/nodejs/node/issues/51519
  if (signals.isTerminalGone()) process.kill(process.pid, 'SIGHUP');
  setTimeout(() => process.exit(), 500).unref();
}
