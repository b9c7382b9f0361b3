/**
 * The text of a shim: a small Node script of the name of a real program, put first on PATH. It tells the test of its call,
 * does what the test answers, and tells of each signal that it gets.
 */
export const shimProgram = `
const [net, fs, child, path] = ['net', 'fs', 'child_process', 'path'].map((name) => require(name));
const program = path.basename(process.argv[1]);
const socket = net.connect(process.env.FAULTS_SOCKET);
const tell = (message) => { try { socket.write(JSON.stringify(message) + '\\n'); } catch {} };
let answer = {};
let running;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {
  tell({ signal });
  if (running === undefined && !(answer.ignores || []).includes(signal)) end(answer.exitOnSignal ?? 128 + { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 }[signal]);
});
const end = (code) => { tell({ exit: code }); socket.end(() => process.exit(code)); setTimeout(() => process.exit(code), 500).unref(); };
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const write = (stream, text) => new Promise((resolve) => stream.write(text, resolve));
const readInput = () => { try { return fs.readFileSync(0, 'utf8'); } catch { return ''; } };
async function act() {
  if (answer.readsInput) { tell({ input: readInput() }); return; }
  if (answer.delayMs) await pause(answer.delayMs);
  if (answer.through) {
    running = child.spawn(answer.through, process.argv.slice(2), { stdio: 'inherit', env: { ...process.env, ...answer.env } });
    running.on('error', () => end(127));
    running.on('exit', (code, signal) => end(code ?? 128 + require('os').constants.signals[signal]));
    return;
  }
  if (answer.stdout) await write(process.stdout, answer.stdout);
  if (answer.stderr) await write(process.stderr, answer.stderr);
  for (let left = answer.longLines || 0; left > 0; left--) await write(process.stdout, 'x'.repeat(10 * 1024 * 1024) + '\\n');
  if (answer.garbage) await write(process.stdout, Buffer.from(Array.from({ length: 65536 }, (_, i) => (i * 7919) % 256)));
  if (answer.dies) { tell({ exit: -1 }); await pause(20); process.kill(process.pid, answer.dies); }
  if (answer.hangs) return void setInterval(() => {}, 1000);
  end(answer.exit || 0);
}
socket.on('error', () => process.exit(126));
let text = '';
socket.on('data', (chunk) => {
  text += chunk;
  for (let at = text.indexOf('\\n'); at >= 0; at = text.indexOf('\\n')) {
    answer = JSON.parse(text.slice(0, at));
    text = text.slice(at + 1);
    void act();
  }
});
const { KUBECONFIG, MINIKUBE_HOME, DOCKER_HOST, NO_PROXY, PATH } = process.env;
tell({ call: { program, args: process.argv.slice(2), cwd: process.cwd(), pid: process.pid, env: { KUBECONFIG, MINIKUBE_HOME, DOCKER_HOST, NO_PROXY, PATH } } });
`;
