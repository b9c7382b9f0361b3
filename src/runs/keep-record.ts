import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bestEffort } from '../errors/best-effort.js';
import type { Host } from '../ports/host.js';

/** The record of a run that succeeded, for later looks; the run is a success without it too. */
export async function keepRecord(host: Pick<Host, 'ui'>, folder: string, outcome: object): Promise<void> {
  await bestEffort(host, 'The record of the run could not be written', () =>
    writeFile(join(folder, 'run.json'), `${JSON.stringify(outcome, undefined, 2)}\n`),
  );
}
