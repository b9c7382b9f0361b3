import { describe, expect, it } from 'vitest';
import { createFakeMachine } from '../fakes/fake-machine.js';
import { createFakeRunner, takeRefused } from '../fakes/fake-runner.js';

const tools = ['docker', 'kubectl', 'minikube'];

describe('a fake that does not know a line', () => {
  it.each(tools)('of %s refuses it with the whole argv, also where the bare program is an entry', async (tool) => {
    const runner = createFakeRunner([{ argv: [tool] }, { argv: [tool, 'version'], stdout: 'v1' }]);
    expect((await runner.run([tool, 'version'])).stdout).toBe('v1');
    await expect(runner.run([tool, 'frob', '--all'], { accept: [1] })).rejects.toThrow(`${tool} frob --all`);
    await expect(runner.run([`/usr/bin/${tool}`, 'frob'])).rejects.toThrow(`/usr/bin/${tool} frob`);
    expect(takeRefused()).toEqual([`${tool} frob --all`, `/usr/bin/${tool} frob`]);
  });

  it('is the fake machine too, for each of its tools', async () => {
    const { host } = await createFakeMachine();
    const { runner, directories } = host;
    const pins = [`--kubeconfig=${directories.data}/kubeconfig`, '--context=spark-dev'];
    expect((await runner.run(['/usr/bin/kubectl', ...pins, 'get', 'nodes'])).exitCode).toBe(0);
    const lines = [
      ['/usr/bin/kubectl', ...pins, 'get', 'frobs'],
      ['/usr/bin/kubectl', 'get', 'nodes'],
      ['docker', 'run', 'alpine'],
      ['/usr/bin/minikube', 'ssh'],
    ];
    for (const line of lines) await expect(runner.run(line)).rejects.toThrow(line.join(' '));
    expect(takeRefused()).toEqual(lines.map((line) => line.join(' ')));
  });

  it.fails('fails the test even where the refusal was forgiven', async () => {
    const runner = createFakeRunner([{ argv: ['kubectl'] }]);
    await runner.run(['kubectl', 'get', 'pods']).catch(() => undefined);
  });
});
