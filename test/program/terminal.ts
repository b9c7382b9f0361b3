import { spawn } from 'node:child_process';

export interface TerminalEnd {
  /** As a shell counts: 128 and more for a signal. */
  readonly exitCode: number;
  /** All that the terminal was told. */
  readonly shown: string;
}

/** What happens once the words were said, after those of the step before. */
export type TerminalStep =
  | { readonly words: string; readonly act: 'close' | 'SIGTERM' }
  /** Keys as a terminal sends them: `\r` is Enter, `\u0003` Ctrl-C, `\u001b[B` the arrow down. */
  | { readonly words: string; readonly keys: string };

/** Node has no pseudo terminal, Python has: reads until the words come, then acts, and tells how the program ended. */
const script = `
import fcntl, json, os, pty, signal, struct, sys, termios, time
steps, argv = json.loads(sys.argv[1]), sys.argv[2:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(argv[0], argv)
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
shown, seen, closed = b"", 0, False
while not closed:
    try:
        chunk = os.read(terminal, 65536)
    except OSError:
        break
    if not chunk:
        break
    shown += chunk
    while steps and steps[0]["words"].encode() in shown[seen:]:
        step = steps.pop(0)
        seen = shown.index(step["words"].encode(), seen) + len(step["words"].encode())
        if "keys" in step:
            time.sleep(0.2)
            os.write(terminal, step["keys"].encode())
        elif step["act"] == "close":
            os.close(terminal)
            closed = True
            break
        else:
            os.kill(pid, getattr(signal, step["act"]))
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
print(json.dumps({"exitCode": code if code >= 0 else 128 - code, "shown": shown.decode(errors="replace")}))
`;

/** Runs a program on a terminal of its own and, once it has said the words, types, closes that or sends a signal. */
export function runInTerminal(
  argv: readonly string[],
  steps: TerminalStep | readonly TerminalStep[],
  env: Readonly<Record<string, string>> = {},
): Promise<TerminalEnd> {
  const { CI: _, ...own } = process.env;
  const listed = JSON.stringify([steps].flat());
  const child = spawn('python3', ['-c', script, listed, ...argv], {
    // the next run's driver would outlive the test
    env: { ...own, TERM: 'xterm', SPARK_DEV_STANDBY: 'off', ...env },
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
