import { writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { expect } from 'vitest';
import { clusterPaths } from '../../src/kube/names.js';
import { nodeImage } from '../../src/images/upstream-images.js';
import { recordedConfig } from '../fakes/fake-node.js';
import { recorded } from '../fakes/recorded.js';
import { listen } from './local-server.js';
import { createMachine, type Machine } from './machine.js';
import { injectRowsOn, type FaultRow } from './rows.js';

const pull = ['images', 'pull', 'busybox:1.36', '--host-only'];
const { stderr = '' } = recorded('known-issues/docker-pull-rate-limit');
const message = stderr.replace('Error response from daemon: ', '').trim();
const buildRoot = ['images', 'build', 'debian'];
/** The sizes of images are asked for at the registry itself; here nobody answers. */
const offline = { env: { HTTPS_PROXY: 'http://127.0.0.1:1' } };

type Answer = (response: ServerResponse) => void;
const refuse =
  (status: number): Answer =>
  (response) =>
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify({ message }));
const refuseInStream: Answer = (response) =>
  response.end(`{"status":"Pulling from library/busybox"}\n${JSON.stringify({ error: message })}\n`);

/** A Docker engine that pulls from the mirror, and from Docker Hub as the row says. */
async function startEngine(world: Machine) {
  const engine: { readonly asked: string[]; answer: Answer } = { asked: [], answer: refuse(500) };
  const server = createServer(({ url = '' }, response) => {
    const image = new URL(url, 'http://engine').searchParams.get('fromImage') ?? '';
    engine.asked.push(image);
    if (image.startsWith('mirror.gcr.io/')) response.end('{"status":"Download complete"}\n');
    else engine.answer(response);
  });
  const address = `tcp://${await listen(world, server)}`;
  const inspected = { Id: 'sha256:1', RepoTags: ['busybox:1.36'], RepoDigests: [], Size: 1e6, Created: '2026-01-01' };
  const docker = (args: RegExp, stdout: string) => ({ program: 'docker', args, answer: { stdout } });
  world.shims.install([
    docker(/^context inspect --format/, JSON.stringify({ Endpoints: { docker: { Host: address } } })),
    docker(/^info --format {{\.DockerRootDir}}/, '/'),
    docker(/^image inspect .*busybox:1\.36/, JSON.stringify(inspected)),
    docker(/^tag /, ''),
  ]);
  return engine;
}

/** As of a cluster that was made from official releases: its Debian is pulled, not built. */
function noteUpstream({ fake: { host } }: Machine): void {
  const { minikubeHome } = clusterPaths(host.directories);
  const config = { ...recordedConfig(), KicBaseImage: nodeImage.reference };
  writeFileSync(join(minikubeHome, '.minikube/profiles/spark-dev/config.json'), JSON.stringify(config));
}

const rows: readonly FaultRow<Machine>[] = [
  {
    row: 32,
    fault: 'Docker Hub refuses a pull (429 toomanyrequests)',
    how: 'a server plays the Docker engine, which says so with 500, with 429 and in the stream of a pull',
    kind: 'shim',
    inject: async (world) => {
      const engine = await startEngine(world);
      for (const answer of [refuse(500), refuse(429), refuseInStream]) {
        engine.answer = answer;
        engine.asked.splice(0);
        const end = await world.run(pull, offline);
        expect(end.exitCode, end.stderr).toBe(7);
        expect(end.stderr).toMatch(
          /busybox:1\.36 could not be pulled: docker\.io limits pulls[^]*why: .*toomanyrequests/,
        );
        expect(end.stderr).toMatch(/fix: docker login docker\.io\n/);
        expect(engine.asked).toHaveLength(1);
      }
      return 'exit 7 after one question; the limit, docker login and a mirror are named';
    },
    again: async (world) => {
      const { stderr: said } = world.endings.at(-1) ?? { stderr: '' };
      const [, mirror = ''] = /Set a mirror in spark-dev\.yaml: (.*)/.exec(said) ?? [];
      writeFileSync(join(world.project, 'spark-dev.yaml'), `version: 1\n${mirror}\n`);
      return (await world.run(pull, offline)).exitCode;
    },
  },
  {
    row: 32,
    fault: 'Docker Hub refuses the Debian that images are built on (429 toomanyrequests)',
    how: 'docker pull says what it says then',
    kind: 'shim',
    inject: async (world) => {
      world.shims.inject(
        { program: 'docker', args: /^image inspect .*library\/debian@/, answer: { exit: 1 } },
        { program: 'docker', args: /^pull /, answer: { exit: 1, stderr } },
      );
      noteUpstream(world);
      const end = await world.run(buildRoot);
      expect(end.exitCode, end.stderr).toBe(7);
      expect(end.stderr).toMatch(/why: The registry's pull limit is reached[^]*fix: docker login\n/);
      expect(world.shims.find(/^docker pull /)).toHaveLength(1);
      return 'exit 7 after one question; the limit, docker login and a mirror are named';
    },
    again: buildRoot,
  },
];

injectRowsOn('pulls', createMachine({ profile: 'running' }), rows);
