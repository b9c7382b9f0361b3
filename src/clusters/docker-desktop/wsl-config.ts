import type { WrittenSize } from './settings.js';
import type { HostCapacity } from '../../kube/size.js';

const section = 'wsl2';

/**
 * The size of the virtual machine that all WSL2 distributions and Docker Desktop share; default: every processor and half
 * of the memory. Reads `[wsl2] processors` and `memory` (whole numbers with GB or MB): https://learn.microsoft.com/en-us/windows/wsl/wsl-config
 */
export function readWslConfig(text: string): WrittenSize {
  const values = new Map(
    linesOf(text).flatMap(({ inside, key, value }) => (inside && key !== undefined ? [[key, value]] : [])),
  );
  const cpus = Number(values.get('processors'));
  const memory = /^(\d+)(gb|mb)?$/i.exec(values.get('memory') ?? '');
  const unit = memory?.[2]?.toLowerCase();
  const amount = Number(memory?.[1]);
  return {
    cpus: Number.isInteger(cpus) && cpus > 0 ? cpus : undefined,
    // a bare number is bytes
    memoryMb:
      memory === null
        ? undefined
        : Math.floor(unit === 'gb' ? amount * 1024 : unit === 'mb' ? amount : amount / 1024 ** 2),
  };
}

/** Changes or adds the requested figures; keeps comments, other keys and other sections. */
export function editWslConfig(text: string, request: Partial<HostCapacity>): string {
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const wanted = new Map<string, string>([
    ...(request.memoryMb === undefined ? [] : [['memory', `${String(request.memoryMb)}MB`] as const]),
    ...(request.cpus === undefined ? [] : [['processors', String(request.cpus)] as const]),
  ]);
  const lines = linesOf(text);
  const edited = lines.map(({ raw, inside, key }) => {
    const value = inside && key !== undefined ? wanted.get(key) : undefined;
    if (key === undefined || value === undefined) return raw;
    wanted.delete(key);
    return raw.replace(/=(\s*)[^\s#;]*/, (_all, space: string) => `=${space}${value}`);
  });
  const missing = [...wanted].map(([key, value]) => `${key}=${value}`);
  const header = lines.findIndex(({ raw }) => raw.trim().toLowerCase() === `[${section}]`);
  if (missing.length === 0) return edited.join(eol);
  if (header !== -1) return edited.toSpliced(header + 1, 0, ...missing).join(eol);
  const body = text === '' ? [] : [text.replace(/(\r?\n)+$/, ''), ''];
  return [...body, `[${section}]`, ...missing, ''].join(eol);
}

interface Line {
  readonly raw: string;
  /** It belongs to [wsl2]. */
  readonly inside: boolean;
  readonly key: string | undefined;
  readonly value: string;
}

function linesOf(text: string): readonly Line[] {
  let inside = false;
  return text.split(/\r?\n/).map((raw) => {
    const header = /^\s*\[([^\]]*)\]/.exec(raw);
    if (header !== null) inside = header[1]?.trim().toLowerCase() === section;
    const pair = /^\s*([A-Za-z0-9]+)\s*=\s*([^\s#;]*)/.exec(raw);
    return { raw, inside, key: pair?.[1]?.toLowerCase(), value: pair?.[2] ?? '' };
  });
}
