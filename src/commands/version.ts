import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { command } from '../command.js';

export const version = command({
  name: 'version',
  makesNoFolders: true,
  examples: ['spark-dev version', 'spark-dev version --json'],
  async run(host) {
    const manifest = JSON.parse(await readFile(join(host.directories.package, 'package.json'), 'utf8')) as {
      version: string;
    };
    const { os, arch } = host.platform;
    return {
      data: { version: manifest.version, node: process.versions.node, os, arch },
      text: [`spark-dev ${manifest.version} (Node ${process.versions.node}, ${os}/${arch})`],
    };
  },
});
