import { readFileSync, readdirSync } from 'node:fs';

export interface SeenProcess {
  readonly pid: number;
  readonly argv: string;
}

/** Processes that inherited this assignment in their environment, whatever became of their parents. */
export function findMarked(marker: string): readonly SeenProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        if (!readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(marker)) return [];
        const argv = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
        // a zombie has no command line any more
        return argv === '' ? [] : [{ pid: Number(pid), argv }];
      } catch {
        return [];
      }
    });
}

/** Notes, while it runs, every command line that a marked process ever showed. */
export function watchMarked(marker: string): { readonly argvs: ReadonlySet<string>; stop(): void } {
  const argvs = new Set<string>();
  const timer = setInterval(() => {
    for (const { argv } of findMarked(marker)) argvs.add(argv);
  }, 150);
  return {
    argvs,
    stop: () => {
      clearInterval(timer);
    },
  };
}

/** Megabytes, from the kernel's own high-water mark. */
export function watchPeak(pid: number): () => number {
  let peak = 0;
  const timer = setInterval(() => {
    try {
      const kilobytes = /VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1];
      peak = Math.max(peak, Math.round(Number(kilobytes ?? 0) / 1024));
    } catch {
      clearInterval(timer);
    }
  }, 100);
  return () => peak;
}
