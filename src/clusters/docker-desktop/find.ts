import type { Host } from '../../ports/host.js';
import { findPrograms, readPrepared, type PreparedAnswer, type PreparedRequest } from '../prepared.js';
import { desktopCapabilities } from './capabilities.js';
import { findDesktopContext } from './find-context.js';

/** The prepared cluster, if the user's kubeconfig has Docker Desktop's context. */
export async function findOnDesktop(host: Host, request: PreparedRequest): Promise<PreparedAnswer> {
  const signal = request.signal ?? new AbortController().signal;
  const context = await findDesktopContext(host, signal);
  if (!('found' in context)) return { absent: context.why };
  const programs = await findPrograms(host, desktopCapabilities, signal);
  if ('absent' in programs) return programs;
  // loaded only if there is a Docker Desktop
  const { accessDesktop } = await import('./access.js');
  return readPrepared(host, await accessDesktop(host, programs, context.found, signal), programs, request);
}
