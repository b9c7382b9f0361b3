import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { headlampName } from '../../src/services/headlamp/service.js';
import { eventually, kubectl, type ClusterTools } from './cluster-tools.js';
import { requirePrepared } from './prepared-cluster.js';
import { runProgram, startProgram } from '../program/program.js';

/** No registry that is reached here has Headlamp: a page server of the same port stands in under its name. */
const standIn = `import http.server
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b'stand-in')
http.server.ThreadingHTTPServer(('', 4466), Page).serve_forever()`;

let tools: ClusterTools;
let env: Record<string, string>;

beforeAll(async () => {
  tools = await requirePrepared();
  env = { ...(await tools.cluster.dockerEnv(tools.host)), DOCKER_BUILDKIT: '0' };
  const dockerfile = `FROM ${tools.cluster.sparkImage}\nENTRYPOINT ${JSON.stringify(['python3', '-c', standIn])}\n`;
  await tools.host.runner.run(['docker', 'build', '--tag', headlampName, '-'], { env, input: dockerfile });
});

afterAll(async () => {
  await tools.host.runner.run(['docker', 'rmi', headlampName], { env, accept: [1] });
});

const left = async (): Promise<string> =>
  kubectl(tools, [
    ...['get', 'deployment,pod,serviceaccount,rolebinding,clusterrolebinding', '-o', 'name'],
    ...['--selector=app.kubernetes.io/name=headlamp'],
  ]);

const may = async (...words: readonly string[]): Promise<string> =>
  kubectl(tools, ['auth', 'can-i', ...words, '--as=system:serviceaccount:spark:headlamp-visitor']).catch(() => 'no');

describe('dashboard --with headlamp', () => {
  it('serves the page, gives the visitor the least, and takes all of it away with Ctrl-C', async () => {
    const visit = startProgram(['dashboard', '--with', 'headlamp', '--no-browser']);
    const url = (await visit.says(/Headlamp {2}(http:\S+)/))[1] ?? '';
    await visit.says(/Ctrl-C/);
    expect(await (await fetch(url)).text()).toBe('stand-in');
    expect(await may('list', 'pods')).toBe('yes');
    expect(await may('list', 'secrets')).toBe('no');
    expect(await may('delete', 'pods')).toBe('no');
    expect(await may('list', 'pods', '--namespace=kube-system')).toBe('no');
    visit.child.kill('SIGINT');
    await visit.ended;
    await eventually('all is gone', async () => (await left()) === '');
  });

  it('--admin may do everything; what a killed one leaves, clean removes with its rights', async () => {
    const visit = startProgram(['dashboard', '--with', 'headlamp', '--no-browser', '--admin']);
    await visit.says(/Ctrl-C/);
    expect(await may('delete', 'nodes')).toBe('yes');
    visit.child.kill('SIGKILL');
    await visit.ended;
    const { stdout } = await runProgram(['clean', '--yes', '--json']);
    expect(stdout).toContain('clusterrolebinding spark-dev-headlamp-visitor');
    await eventually('all is gone', async () => (await left()) === '');
    expect(await may('list', 'pods')).toBe('no');
  });
});
