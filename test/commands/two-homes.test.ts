import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { call } from '../worlds/call.js';
import { createTwoHomes, describeHome, describeThings, type Holding, type LeftOver } from '../worlds/home-world.js';

const holding: fc.Arbitrary<Holding> = fc.record({
  container: fc.boolean(),
  volume: fc.boolean(),
  network: fc.boolean(),
  labelled: fc.boolean(),
  entry: fc.boolean(),
});

const leftOver: fc.Arbitrary<LeftOver> = fc.record({
  journals: fc.subarray(['create-cluster', 'delete-cluster', 'recreate-cluster', 'resize-cluster']),
  journalText: fc.constantFrom('{"since":1}', '{"since":1,"network":"spark-dev"}', '{', ''),
  profile: fc.boolean(),
  marker: fc.boolean(),
});

/** All that stops, changes or removes something. */
const destructive = [
  ['down'],
  ['down', '--delete', '--yes'],
  ['uninstall', '--yes'],
  ['uninstall', '--yes', '--force'],
  ['init', '--yes', '--no-verify'],
  ['cluster', 'resize', '--memory', '5g', '--yes'],
  ['cluster', 'resize', '--recreate', '--memory', '5g', '--yes'],
  ['clean', '--all', '--volumes', '--runs', '--caches', '--yes'],
  ['clean', '--images', '--yes'],
  ['images', 'prune', '--yes'],
];

const runs = { numRuns: 60 };

describe('two homes on one Docker, with one name for their clusters', () => {
  it('no command of one changes what the other has, whatever was left over', { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(holding, leftOver, fc.constantFrom(...destructive), async (held, left, words) => {
        const homes = await createTwoHomes(held, left);
        const before = { things: describeThings(homes.docker), home: describeHome(homes) };
        const { stdout, stderr } = await call([...words, '--json'], { host: homes.other.host });
        const story = `${words.join(' ')}: ${stdout} ${stderr}`;
        expect(describeThings(homes.docker), story).toEqual(expect.arrayContaining([...before.things]));
        // without an entry of the maker's, the other may write its own
        if (held.entry) expect(describeHome(homes), story).toEqual(before.home);
        else expect(describeHome(homes).slice(0, -1), story).toEqual(before.home.slice(0, -1));
        if (held.container || held.volume)
          expect(
            homes.other.changes().filter((line) => /^(docker (rmi|volume|stop|update)|minikube)/.test(line)),
          ).toEqual([]);
      }),
      runs,
    );
  });

  it('the one that made it removes all of it', { timeout: 300_000 }, async () => {
    const words = fc.constantFrom(['down', '--delete', '--yes'], ['uninstall', '--yes']);
    await fc.assert(
      fc.asyncProperty(holding, leftOver, words, async (held, left, given) => {
        const homes = await createTwoHomes(held, { ...left, profile: false });
        // a network alone proves nothing
        const stays = held.container || held.volume ? [] : describeThings(homes.docker);
        homes.maker.state.profile = held.container ? 'running' : 'orphaned';
        const { exitCode, stdout, stderr } = await call([...given, '--json'], { host: homes.maker.host });
        expect(exitCode, stdout + stderr).toBe(0);
        expect(describeThings(homes.docker), stdout + stderr).toEqual(stays);
      }),
      runs,
    );
  });

  it('the one whose init was cut short before minikube knew of a profile removes the volume', async () => {
    const homes = await createTwoHomes(
      { container: false, volume: true, network: false, labelled: true, entry: false },
      { journals: [], journalText: '', profile: false, marker: true },
    );
    homes.maker.state.profile = 'absent';
    expect((await call(['down'], { host: homes.maker.host })).stdout).toContain('There is no cluster');
    expect((await call(['down', '--delete', '--yes'], { host: homes.maker.host })).exitCode).toBe(0);
    expect(describeThings(homes.docker)).toEqual([]);
  });

  it('of two that begin at once only the first gets the name, and each knows whose it is', async () => {
    const homes = await createTwoHomes(
      { container: false, volume: true, network: false, labelled: true, entry: false },
      { journals: ['create-cluster'], journalText: '{"since":1}', profile: false, marker: true },
    );
    homes.maker.state.profile = 'absent';
    const [second, first] = [await init(homes.other), await init(homes.maker)];
    expect([first.exitCode, second.exitCode]).toEqual([0, 9]);
    expect(second.stdout).toContain(homes.maker.host.directories.data);
    expect((await call(['down', '--delete', '--yes'], { host: homes.maker.host })).exitCode).toBe(0);
    expect((await init(homes.other)).exitCode).toBe(0);
  });
});

function init({ host }: Parameters<typeof call>[1] & object): ReturnType<typeof call> {
  return call(['init', '--yes', '--no-verify', '--json'], host === undefined ? {} : { host });
}
