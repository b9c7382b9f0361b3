import { applyEdits, modify, parse, printParseErrorCode, type ParseError } from 'jsonc-parser';
import type { HostCapacity } from '../../kube/size.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';

/** A missing figure means the product's default. */
export type WrittenSize = Readonly<Record<keyof HostCapacity, number | undefined>>;

/** Docker Desktop's settings. */
export interface DesktopSettings extends WrittenSize {
  readonly kubernetes: boolean;
  /** On Windows: the WSL 2 engine; .wslconfig sets its size. */
  readonly wslEngine: boolean;
}

/** Key names of settings-store.json; settings.json has a lower-case first letter. */
const keys = {
  cpus: 'Cpus',
  memoryMb: 'MemoryMiB',
  kubernetes: 'KubernetesEnabled',
  wslEngine: 'WslEngineEnabled',
} as const;

const byteOrderMark = '﻿';

/** Throws CONFIG_INVALID with line and column when the file is not a JSON object. */
export function readSettings(text: string, path: string): DesktopSettings {
  const settings = parseObject(text, path);
  const number = (key: string): number | undefined => {
    const value = settings[presentKey(settings, key)];
    return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : undefined;
  };
  return {
    cpus: number(keys.cpus),
    memoryMb: number(keys.memoryMb),
    kubernetes: settings[presentKey(settings, keys.kubernetes)] === true,
    wslEngine: settings[presentKey(settings, keys.wslEngine)] === true,
  };
}

/** Changes only the requested figures; every other byte stays. */
export function editSettings(text: string, path: string, request: Partial<HostCapacity>): string {
  const settings = parseObject(text, path);
  const isOld = path.endsWith('settings.json');
  const figures = [
    [keys.cpus, request.cpus],
    [keys.memoryMb, request.memoryMb],
  ] as const;
  const mark = text.startsWith(byteOrderMark) ? byteOrderMark : '';
  const edited = figures.reduce((current, [key, value]) => {
    if (value === undefined) return current;
    const style = isOld ? key.charAt(0).toLowerCase() + key.slice(1) : key;
    const name = presentKey(settings, key, style);
    const formattingOptions = { insertSpaces: !/\n\t/.test(text), tabSize: indentOf(text), eol: eolOf(text) };
    return applyEdits(current, modify(current, [name], value, { formattingOptions }));
  }, text.slice(mark.length));
  return mark + edited;
}

function parseObject(text: string, path: string): Readonly<Record<string, unknown>> {
  const errors: ParseError[] = [];
  const value: unknown = parse(text.startsWith(byteOrderMark) ? text.slice(1) : text, errors);
  const first = errors[0];
  if (first === undefined && typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Readonly<Record<string, unknown>>;
  throw new SparkDevError('CONFIG_INVALID', `Cannot read Docker Desktop's settings: ${path}`, {
    why:
      first === undefined
        ? 'It is not a JSON object.'
        : `${printParseErrorCode(first.error)} at ${placeOf(text, first.offset)}.`,
    fix: ['Repair the file, or set the size in Docker Desktop: Settings → Resources'],
  });
}

/** Both spellings occur in the field, so the one in the file counts. */
function presentKey(settings: Readonly<Record<string, unknown>>, key: string, otherwise = key): string {
  return Object.keys(settings).find((name) => name.toLowerCase() === key.toLowerCase()) ?? otherwise;
}

function placeOf(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  return `line ${String(before.length)}, column ${String((before.at(-1) ?? '').length + 1)}`;
}

function indentOf(text: string): number {
  return /\n( +)"/.exec(text)?.[1]?.length ?? 2;
}

function eolOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

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
