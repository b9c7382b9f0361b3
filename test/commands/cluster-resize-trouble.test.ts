import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createFakeMachine, type FakeMachine } from '../fakes/fake-machine.js';
import { call } from '../worlds/call.js';
import { readError } from '../worlds/envelope.js';
import { entryFile, of8Gb, resize, sizes } from '../worlds/resizing.js';

describe('cluster resize that was cut short', () => {
  /** The commands of the whole, in order; the file between is written by ourselves. */
  const steps = [
    ['docker', 'update'],
    ['docker', 'exec', 'spark-dev', 'sed'],
    ['docker', 'exec', 'spark-dev', 'systemctl', 'daemon-reload'],
    ['docker', 'exec', 'spark-dev', 'systemctl', 'restart', 'kubelet'],
  ];
  const kills = steps.flatMap((argv) => (['before', 'after'] as const).map((moment) => ({ argv, moment })));

  /** Whatever we would still do on a failure, a killed process does not. */
  class Killed extends Error {}

  async function kill(at: (typeof kills)[number]): Promise<FakeMachine> {
    const machine: { current?: FakeMachine } = {};
    const { argv, moment } = at;
    machine.current = await createFakeMachine(
      {},
      {
        programs: [
          {
            argv,
            once: true,
            does: async (whole, options) => {
              if (moment === 'after') await machine.current?.host.runner.run(whole, options);
              throw new Killed();
            },
          },
        ],
      },
    );
    expect((await resize(machine.current, '--memory', '8g')).exitCode).not.toBe(0);
    expect(JSON.parse(readFileSync(entryFile(machine.current), 'utf8'))).toMatchObject({ cpus: 2, memoryMb: 8192 });
    return machine.current;
  }

  it.each(kills)('$moment $argv is brought to its end by the next resize', async (at) => {
    const machine = await kill(at);
    expect((await resize(machine)).exitCode).toBe(0);
    expect(machine.host.ui.lines.join('\n')).toContain('was interrupted');
    expect(sizes(machine)).toEqual(of8Gb);
    expect(existsSync(entryFile(machine))).toBe(false);
  });

  it.each(kills)('$moment $argv is brought to its end by the next init', async (at) => {
    const machine = await kill(at);
    expect((await call(['init', '--yes', '--no-verify'], { host: machine.host })).exitCode).toBe(0);
    expect(sizes(machine)).toEqual(of8Gb);
    expect(existsSync(entryFile(machine))).toBe(false);
  });

  it('is forgotten for another size', async () => {
    const machine = await kill({ argv: ['docker', 'exec', 'spark-dev', 'sed'], moment: 'before' });
    expect((await resize(machine, '--memory', '6g')).exitCode).toBe(0);
    expect(machine.node.limit).toEqual({ cpus: 2, memoryMb: 6144 });
    expect(existsSync(entryFile(machine))).toBe(false);
  });

  it('is no obstacle for init when it cannot be any more', async () => {
    const machine = await kill({ argv: ['docker', 'update'], moment: 'before' });
    writeFileSync(entryFile(machine), JSON.stringify({ since: 1, cpus: 2, memoryMb: 2000 }));
    machine.node.usedMb = 3000;
    expect((await call(['init', '--yes', '--no-verify'], { host: machine.host })).exitCode).toBe(0);
    expect(machine.host.ui.lines.join('\n')).toMatch(/is postponed: .*less than what is in use/);
  });

  it('leaves no trace where Docker refused the limit', async () => {
    const refusal = { argv: ['docker', 'update'], exitCode: 1, stderr: 'device or resource busy' };
    const machine = await createFakeMachine({}, { programs: [refusal] });
    expect(readError((await resize(machine, '--memory', '8g', '--json')).stdout).code).toBe('TOOL_FAILED');
    expect(existsSync(entryFile(machine))).toBe(false);
  });

  it('goes with the cluster', async () => {
    const machine = await kill({ argv: ['docker', 'exec', 'spark-dev', 'sed'], moment: 'before' });
    await call(['down', '--delete', '--yes'], { host: machine.host });
    expect(existsSync(entryFile(machine))).toBe(false);
  });

  it('says so when the node never comes to the new size', async () => {
    const deaf = { argv: ['docker', 'exec', 'spark-dev', 'systemctl', 'restart', 'kubelet'] };
    const machine = await createFakeMachine({}, { programs: [deaf] });
    const late = readError((await resize(machine, '--memory', '8g', '--json')).stdout);
    expect(late).toMatchObject({ code: 'TIMED_OUT', exitCode: 8 });
    expect(late.why).toContain('it offers 2 CPUs and 6.0 GB');
  });
});
