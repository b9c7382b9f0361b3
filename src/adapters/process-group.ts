const killAfterMs = 10_000;
const pollMs = 50;
const live = new Set<ProcessGroup>();

process.on('exit', () => {
  for (const group of live) group.kill();
});

/** A child with all its descendants: signalled together, and never left behind when we exit. */
export class ProcessGroup {
  #asked = false;
  #killed = false;
  #killer: NodeJS.Timeout | undefined;
  readonly #leader: number | undefined;

  constructor(leader: number | undefined) {
    this.#leader = leader;
    live.add(this);
  }

  /** One SIGINT; ten seconds later the rest is killed. */
  interrupt(): void {
    if (this.#asked) return;
    this.#asked = true;
    this.#signal('SIGINT');
    this.#killer = setTimeout(() => {
      this.kill();
    }, killAfterMs);
  }

  kill(): void {
    this.#killed = true;
    this.#signal('SIGKILL');
  }

  /** Called when the leader has ended: after an interrupt its descendants get the rest of the ten seconds. */
  async settle(): Promise<void> {
    while (this.#asked && !this.#killed && this.#signal(0)) await new Promise((resolve) => setTimeout(resolve, pollMs));
    clearTimeout(this.#killer);
    live.delete(this);
  }

  #signal(signal: NodeJS.Signals | 0): boolean {
    if (this.#leader === undefined) return false;
    try {
      return process.kill(-this.#leader, signal);
    } catch {
      return false;
    }
  }
}
