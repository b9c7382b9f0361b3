import { isatty } from 'node:tty';
import { fstatSync } from 'node:fs';
import { createChildRunner } from './adapters/child-runner.js';
import { connectDocker } from './adapters/dockerode-engine.js';
import { readDirectories, readPlatform, openBrowser, systemClock } from './adapters/system-platform.js';
import { whenDrained } from './standard-streams.js';
import { watchFolders } from './adapters/folder-watcher.js';
import { createTerminalUi, type UiSettings } from './adapters/terminal-ui.js';
import { createUndiciHttp } from './adapters/undici-http.js';
import type { UiRequest } from './cli/run.js';
import type { Host } from './ports/host.js';
import type { Signals } from './cli/signals.js';

/** The real host, as main.ts passes it to the commands. */
export function createHost(request: UiRequest, signals?: Pick<Signals, 'signal' | 'isTerminalGone'>): Host {
  const env = process.env;
  const settings: UiSettings = {
    ...request,
    // process.stdin would make the pipe non-blocking that a program of the user's reads
    terminal: isatty(0) && process.stderr.isTTY && env['CI'] === undefined && env['TERM'] !== 'dumb',
    colour: process.stderr.isTTY && env['NO_COLOR'] === undefined,
    sharesScreen: process.stdout.isTTY,
    drained: () => whenDrained(process.stdout, process.stderr),
    ...signals,
  };
  return {
    runner: createChildRunner({ env }),
    http: createUndiciHttp(env),
    kube: async (target) => (await import('./adapters/kube-connection.js')).connectKube(target),
    docker: connectDocker,
    clock: systemClock,
    ui: createTerminalUi(settings, process.stderr),
    hasPipedInput: isPiped(0),
    watchFolders,
    openBrowser,
    env,
    platform: readPlatform(),
    directories: readDirectories(env),
  };
}

function isPiped(descriptor: number): boolean {
  try {
    const stats = fstatSync(descriptor);
    return stats.isFIFO() || (stats.isFile() && stats.size > 0);
  } catch {
    // closed
    return false;
  }
}
