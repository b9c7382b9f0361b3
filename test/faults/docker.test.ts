import { createServer } from 'node:http';
import { expect } from 'vitest';
import { listen } from './local-server.js';
import { createMachine, type Machine } from './machine.js';
import { injectRows, injectRowsOn, listRows, type FaultRow } from './rows.js';

const init = ['init', '--yes', '--no-verify', '--source', 'registries'];
const info = JSON.stringify({ ServerVersion: '28.1', DefaultRuntime: 'runc', NCPU: 4, MemTotal: 8 * 1024 ** 3 });

const anywhere: readonly FaultRow[] = [
  {
    row: 26,
    fault: 'the Docker daemon does not run, or does not answer',
    how: 'docker says what it says then; docker hangs',
    kind: 'shim',
    inject: async (world) => {
      const doctor = ['doctor', '--only', 'engine'];
      const stderr =
        'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n';
      world.shims.inject({ program: 'docker', answer: { exit: 1, stderr } });
      const silent = await world.run(doctor);
      expect(silent.stdout).toMatch(/Docker does not run[^]*fix: /);
      world.shims.heal();
      world.shims.inject({ program: 'docker', answer: { hangs: true } });
      const startedAt = Date.now();
      const hung = await world.run(doctor);
      expect(hung.stdout).toMatch(/timed out after 2 s[^]*fix: /);
      expect(Date.now() - startedAt).toBeLessThan(15_000);
      world.shims.install([{ program: 'docker', answer: { stdout: info } }]);
      return 'doctor says which of both, each with its fix; two seconds are waited for a daemon that hangs';
    },
    again: ['doctor', '--only', 'engine'],
  },
  {
    row: 26,
    fault: 'docker prints garbage, 10 MB lines, or dies',
    how: 'docker info answers each of them',
    kind: 'shim',
    inject: async (world) => {
      for (const answer of [{ garbage: true } as const, { longLines: 3 }, { dies: 'SIGKILL' }]) {
        world.shims.inject({ program: 'docker', answer });
        const { exitCode, stdout } = await world.run(['doctor', '--only', 'engine']);
        expect([0, 4]).toContain(exitCode);
        expect(stdout).toMatch(/fix: /);
        world.shims.heal();
      }
      world.shims.install([{ program: 'docker', answer: { stdout: info } }]);
      return 'taken for a daemon that does not run, with a fix; no crash';
    },
    again: ['doctor', '--only', 'engine'],
  },
];

const onMachine: readonly FaultRow<Machine>[] = [
  {
    row: 28,
    fault: 'Docker restarts and does not answer for a while',
    how: 'docker info hangs',
    kind: 'shim',
    inject: async (world) => {
      world.shims.inject({ program: 'docker', args: /^info/, answer: { hangs: true } });
      const { exitCode, stderr } = await world.run(init);
      expect(exitCode).toBe(4);
      expect(stderr).toContain('ENGINE_SILENT');
      expect(world.shims.find(/^(minikube (start|delete)|docker (rm|container rm|volume rm|run)|dockerd)/)).toEqual([]);
      return 'exit 4: a daemon that is silent is not one that is absent; nothing is started, made or removed';
    },
    again: init,
  },
  {
    row: 17,
    fault: 'the node’s container was removed underneath (docker system prune)',
    how: 'Docker knows no such container, its volume is there',
    kind: 'shim',
    inject: async (world) => {
      world.fake.state.profile = 'orphaned';
      const { stdout } = await world.run(['status']);
      expect(stdout).toMatch(/orphaned[^]*Not ready: spark-dev init --yes/);
      const planned = await world.run([...init, '--dry-run']);
      expect(planned.stdout).not.toMatch(/^rm |minikube delete/m);
      return 'status says so and what to do; init starts a new container over the old volume, and removes nothing';
    },
    again: init,
  },
  {
    row: 35,
    fault: 'a proxy is set, and NO_PROXY lacks the cluster’s addresses',
    how: 'HTTP(S)_PROXY lead to a server of this test',
    kind: 'shim',
    inject: async (world) => {
      let asked = 0;
      const proxy = await listen(
        world,
        createServer((_request, response) => {
          asked++;
          response.writeHead(502).end();
        }),
      );
      world.fake.state.profile = 'stopped';
      const url = `http://${proxy}`;
      const env = {
        HTTP_PROXY: url,
        HTTPS_PROXY: url,
        http_proxy: url,
        https_proxy: url,
        NO_PROXY: 'intranet',
        no_proxy: '',
      };
      const { exitCode, stderr } = await world.run(init, { env });
      expect(exitCode, stderr).toBe(0);
      expect(asked).toBe(0);
      const [start] = world.shims.find(/^minikube start/);
      for (const address of ['intranet', '192.168.49.0/24', '10.96.0.0/12', '.svc'])
        expect(start?.env.NO_PROXY?.split(',')).toContain(address);
      expect((await world.run(['status', '--json'], { env })).exitCode).toBe(0);
      expect(asked).toBe(0);
      return 'exit 0; children get the whole NO_PROXY, the proxy is asked for nothing of the cluster';
    },
    again: init,
  },
];

injectRows('Docker on this machine', anywhere);
injectRowsOn('Docker and a cluster', createMachine({ profile: 'running' }), onMachine);
listRows([
  {
    row: 57,
    fault: 'watcher limits (inotify, EMFILE)',
    kind: 'deferred',
    why: 'nothing is watched yet: there is no dev loop',
  },
  {
    row: 59,
    fault: 'Windows .cmd shims',
    kind: 'excepted',
    why: 'spawn EINVAL and JobObjects exist on Windows alone; on POSIX every child gets an argv array and no shell (law 6)',
  },
]);
