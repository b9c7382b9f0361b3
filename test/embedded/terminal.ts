import { spawn } from 'node:child_process';

export interface TerminalEnd {
  /** As a shell counts: 128 and more for a signal. */
  readonly exitCode: number;
  /** All that the terminal was told. */
  readonly shown: string;
}

/** Node has no pseudo terminal, Python has: reads until the words come, then acts, and tells how the program ended. */
const script = `
import json, os, pty, signal, sys
words, act, argv = sys.argv[1], sys.argv[2], sys.argv[3:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(argv[0], argv)
shown, acted = b"", False
while True:
    try:
        chunk = os.read(terminal, 65536)
    except OSError:
        break
    if not chunk:
        break
    shown += chunk
    if not acted and words.encode() in shown:
        acted = True
        if act == "close":
            os.close(terminal)
            break
        os.kill(pid, getattr(signal, act))
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
print(json.dumps({"exitCode": code if code >= 0 else 128 - code, "shown": shown.decode(errors="replace")}))
`;

/** Runs a program on a terminal of its own and, once it has said the words, closes that or sends a signal. */
export function runInTerminal(
  argv: readonly string[],
  { words, act }: { readonly words: string; readonly act: 'close' | 'SIGTERM' },
  env: Readonly<Record<string, string>> = {},
): Promise<TerminalEnd> {
  const { CI: _, ...own } = process.env;
  const child = spawn('python3', ['-c', script, words, act, ...argv], {
    env: { ...own, TERM: 'xterm', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let answer = '';
  child.stdout.on('data', (chunk: Buffer) => (answer += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => {
      resolve(JSON.parse(answer) as TerminalEnd);
    });
  });
}
