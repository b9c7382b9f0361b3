import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { describe, expect, it } from 'vitest';
import { driverRights, rightKey, prepareRights, runRights } from '../../src/namespaces/driver-rights.js';
import { answerReviews } from '../fakes/access-review.js';
import { createFakeHost, type FakeHost } from '../fakes/fake-host.js';
import type { Scripted } from '../fakes/fake-runner.js';
import { rendered } from '../worlds/project.js';
import { call } from '../worlds/call.js';
import { readError, readResult } from '../worlds/envelope.js';

const file = (server: string): string => `apiVersion: v1
kind: Config
clusters: [{ name: team, cluster: { server: "${server}" } }]
contexts: [{ name: team, context: { cluster: team, user: ada, namespace: team-a } }]
`;

interface Shared {
  readonly server?: string;
  /** Of the one who asks, and of the driver's account. */
  readonly allowed?: readonly string[];
  readonly driverAllowed?: readonly string[];
  readonly residents?: string;
}

const everything = [...runRights, ...prepareRights, ...driverRights].map(rightKey);

/** A person's kubeconfig, and a kubectl that answers what its server would. */
function sharedHost({ server = 'https://127.0.0.1:1', ...world }: Shared = {}): FakeHost {
  const kubectl: Scripted = {
    argv: ['/usr/bin/kubectl'],
    answers: (argv, { input }) => {
      if (argv.includes('version')) return { stdout: '{"clientVersion":{"gitVersion":"v1.34.4"}}' };
      if (argv.includes('get') && argv.some((word) => word.startsWith('serviceaccount/')))
        return { stdout: world.residents ?? 'serviceaccount/spark\npersistentvolumeclaim/spark-events' };
      if (argv.includes('apply')) return {};
      if (argv.includes('kustomize')) return { stdout: rendered };
      if (!argv.includes('create')) return undefined;
      const may = argv.some((word) => word.startsWith('--as=')) ? world.driverAllowed : world.allowed;
      return { stdout: answerReviews(input, (key) => (may ?? everything).includes(key)) };
    },
  };
  const tools: Scripted[] = [
    { argv: ['skaffold'] },
    { argv: ['apt-config'] },
    { argv: ['apt-get'] },
    { argv: ['/usr/bin/skaffold'], stdout: 'v2.16.1' },
    { argv: ['kubectl'] },
  ];
  const host = createFakeHost({ programs: [kubectl, ...tools] });
  mkdirSync(join(host.directories.userHome, '.kube'), { recursive: true });
  writeFileSync(join(host.directories.userHome, '.kube/config'), file(server));
  return host;
}

const run = [
  'run',
  'sparkpi',
  '--lang',
  'python',
  '--dry-run',
  '--json',
  '--context',
  'team',
  '--image-registry',
  'registry.example:5000/team',
];

describe('run --context', () => {
  it('goes by the registry, with everything pinned to that context of that file and inside the namespace', async () => {
    const host = sharedHost();
    const { stdout, stderr } = await call(run, { host });
    expect(stderr).not.toContain('error');
    const { deploy, clean, files } = readResult(stdout) as unknown as {
      deploy: string[];
      clean: string[][];
      files: { generated: Record<string, string> };
    };
    expect(deploy).toEqual(
      expect.arrayContaining([
        '--kube-context=team',
        '--default-repo=registry.example:5000/team',
        '--detect-minikube=false',
      ]),
    );
    const config = join(host.directories.userHome, '.kube/config');
    for (const argv of [
      ...clean,
      ...host.runner.calls
        .map((one) => one.argv)
        .filter((argv) => argv[0] === '/usr/bin/kubectl' && !argv.includes('version')),
    ])
      expect(argv).toEqual(expect.arrayContaining([`--kubeconfig=${config}`, '--context=team']));
    const overlay = files.generated['overlay/kustomization.yaml'] ?? '';
    expect(overlay).toContain('namespace: team-a');
    expect(overlay).toContain('spark.kubernetes.container.image.pullPolicy=IfNotPresent');
    expect(overlay).toContain('spark.kubernetes.driver.request.cores=250m');
    expect(files.generated['skaffold.yaml']).toContain('push: true');
  });

  it('refuses a server elsewhere until that is allowed, and says from which file it comes', async () => {
    const host = sharedHost({ server: 'https://34.90.1.2' });
    const refused = await call(run, { host });
    expect([refused.exitCode, readError(refused.stdout)]).toMatchObject([
      9,
      {
        code: 'CONTEXT_REFUSED',
        facts: { server: 'https://34.90.1.2', place: 'remote', file: join(host.directories.userHome, '.kube/config') },
      },
    ]);
    expect(host.runner.calls).toEqual([]);
    const allowed = await call([...run, '--allow-remote'], { host });
    expect(allowed.exitCode).toBe(0);
    expect(host.ui.lines.join('\n')).toContain('On https://34.90.1.2 (context team of ');
  });

  it.each<[string, readonly string[], number, string]>([
    ['a context that is nowhere', [...run, '--allow-remote', '--context', 'taem'], 2, 'CONTEXT_UNKNOWN'],
    ['no registry', run.slice(0, -2), 2, 'USAGE'],
    ['what is no registry', [...run.slice(0, -1), 'https://x/y z'], 2, 'USAGE'],
    ["everybody's namespace", [...run, '--namespace', 'default'], 2, 'USAGE'],
  ])('refuses %s', async (_what, words, exitCode, code) => {
    const answer = await call(words, { host: sharedHost() });
    expect([answer.exitCode, readError(answer.stdout).code]).toEqual([exitCode, code]);
  });

  it('names each missing right of the person, of the account, and what is not there', async () => {
    const mine = await call(run, {
      host: sharedHost({ allowed: everything.filter((key) => key !== 'create jobs.batch' && key !== 'get pods/log') }),
    });
    expect([mine.exitCode, readError(mine.stdout)]).toMatchObject([
      4,
      { code: 'RIGHTS_MISSING', why: 'you may not create jobs.batch in team-a\nyou may not get pods/log in team-a' },
    ]);
    const driver = await call(run, {
      host: sharedHost({
        driverAllowed: everything.filter((key) => key !== 'create pods'),
        residents: 'serviceaccount/spark',
      }),
    });
    expect(readError(driver.stdout).why).toBe(
      'there is no persistentvolumeclaim spark-events in team-a\nthe service account team-a/spark may not create pods in team-a',
    );
  });

  it('asks for the account that the job names', async () => {
    const { stdout } = await call([...run, '--service-account', 'etl'], { host: sharedHost() });
    expect(readError(stdout)).toMatchObject({
      code: 'RIGHTS_MISSING',
      why: 'there is no serviceaccount etl in team-a',
    });
  });

  it('neither grows it nor starts drivers in a pod that is not there', async () => {
    const grown = await call([...run, '--fit', 'resize'], { host: sharedHost() });
    expect(readError(grown.stdout)).toMatchObject({ code: 'PROVIDER_CANNOT', facts: { provider: 'shared' } });
    const client = await call([...run, '--deploy-mode', 'client'], { host: sharedHost() });
    expect(readError(client.stdout).what).toBe('On a shared cluster jobs run in cluster mode');
  });

  it('leaves every cluster alone where --target local is said, which means another place', async () => {
    const host = sharedHost();
    const { exitCode, stdout } = await call([...run, '--target', 'local'], { host });
    expect([exitCode, readError(stdout).code]).toEqual([9, 'CONTEXT_REFUSED']);
    expect(host.runner.calls.filter(({ argv }) => argv[0]?.endsWith('kubectl'))).toEqual([]);
    const elsewhere = await call(run, { host, env: { SPARK_DEV_TARGET: 'local' } });
    expect(readResult(elsewhere.stdout)).toHaveProperty('deploy');
  });
});

describe('namespace prepare', () => {
  const prepare = ['namespace', 'prepare', 'team-a', '--context', 'team', '--json'];

  it('applies what is inside the namespace and nothing else', async () => {
    const host = sharedHost();
    const { stdout } = await call([...prepare, '--dry-run'], { host });
    const { files } = readResult(stdout) as { files: Record<string, string> };
    expect(Object.keys(files)).not.toContain('namespace.yaml');
    const kinds = Object.entries(files).flatMap(([path, text]) =>
      path === 'kustomization.yaml' ? [] : [(parseAllDocuments(text)[0]?.toJS() as { kind: string }).kind],
    );
    expect(kinds.toSorted()).toEqual(['PersistentVolumeClaim', 'Role', 'RoleBinding', 'ServiceAccount']);
    expect((await call(prepare, { host })).exitCode).toBe(0);
    expect(host.runner.calls.at(-1)?.argv).toEqual(expect.arrayContaining(['--context=team', 'apply']));
  });

  it('asks first whether one may, also what one gives away', async () => {
    const host = sharedHost({ allowed: everything.filter((key) => !/roles|networkpolicies/.test(key)) });
    const { stdout, exitCode } = await call(prepare, { host });
    expect(exitCode).toBe(4);
    expect(readError(stdout).why).toContain('you may not create roles.rbac.authorization.k8s.io in team-a');
    expect(readError(stdout).why).toContain('you may not patch networkpolicies.networking.k8s.io in team-a');
    expect(host.runner.calls.some(({ argv }) => argv.includes('apply'))).toBe(false);
  });
});

describe('render --context-free', () => {
  it.each([
    [['--context-free'], 'render requires --image'],
    [['--context-free', '--image', '$(id)'], 'is not an image name'],
    [['--image', 'x:1'], 'render requires --context-free'],
  ])('%j is not enough', async (words, what) => {
    const { exitCode, stdout } = await call(['render', 'sparkpi', '--json', ...words], { host: sharedHost() });
    expect([exitCode, readError(stdout).what]).toEqual([2, expect.stringContaining(what)]);
  });

  it('refuses files that nobody would hand to the driver, and says where jars must lie', async () => {
    const words = ['render', 'sparkpi', '--lang', 'python', '--context-free', '--image', 'x/pi:1', '--json'];
    const files = ['--files', 'https://x/a.csv', '--py-files', 'local:///opt/b.py'];
    const { stdout } = await call([...words, ...files], { host: sharedHost() });
    expect(readError(stdout).what).toBe('Rendered objects cannot pass on the files of --files, --py-files');
    const host = sharedHost();
    const jar = join(host.directories.working, 'c.jar');
    writeFileSync(jar, '');
    expect((await call([...words, '--jars', jar], { host })).exitCode).toBe(0);
    expect(host.ui.lines.join('\n')).toContain(`${jar} (in jars/) in /opt/spark/app`);
  });

  it('takes an image by its name, which nodes pull', async () => {
    const host = sharedHost();
    const words = [
      'render',
      'sparkpi',
      '--lang',
      'python',
      '--context-free',
      '--image',
      'registry.example/team/pi:1',
      '--json',
    ];
    expect((await call(words, { host })).exitCode).toBe(0);
    expect(host.runner.calls.at(-1)?.argv.slice(0, 2)).toEqual(['/usr/bin/kubectl', 'kustomize']);
  });
});
