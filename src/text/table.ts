import { stripControls } from '../errors/strip-controls.js';

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
