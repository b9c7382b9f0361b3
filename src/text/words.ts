import { stripControls } from '../errors/strip-controls.js';

/** An empty text counts as none, as in variables and files that other tools read. */
export function unlessEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

export function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `1 file`, `2 files`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${String(number)} ${number === 1 ? one : many}`;
}

/** Lower case, digits and single dashes; empty if nothing is left. */
export function slugify(text: string, most: number): string {
  const words = text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return words.join('-').slice(0, most).replace(/-$/, '');
}

export function listLines(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}

/** Columns as wide as their widest cell; escape sequences in foreign text are removed. */
export function showTable(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const clean = [head, ...rows].map((row) => row.map((cell) => stripControls(cell).replaceAll(/\s+/g, ' ')));
  const widths = head.map((_, column) => Math.max(...clean.map((row) => row[column]?.length ?? 0)));
  return clean.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
