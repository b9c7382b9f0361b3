import { join } from 'node:path';
import type { Host } from '../ports/host.js';

export function imagesLog({ directories, clock }: Pick<Host, 'directories' | 'clock'>, verb: string): string {
  const time = new Date(clock.now()).toISOString().replaceAll(/[:.]/g, '-');
  return join(directories.state, 'logs', `images-${verb}-${time}.log`);
}
