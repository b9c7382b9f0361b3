/** The nearest known word for "did you mean", with typing errors in at most two fifths of its length, or `mostErrors`. */
export function suggestNearest(word: string, known: readonly string[], mostErrors?: number): string | undefined {
  const [best] = rank(word, known);
  if (best === undefined || best.distance > (mostErrors ?? Math.max(1, Math.floor(best.name.length / 2.5))))
    return undefined;
  return best.name;
}

/** All of them, nearest first. */
export function rankNearest(word: string, known: readonly string[]): readonly string[] {
  return rank(word, known).map(({ name }) => name);
}

function rank(word: string, known: readonly string[]): readonly { readonly name: string; readonly distance: number }[] {
  const typed = word.toLowerCase().slice(0, 64);
  return known
    .map((name) => ({ name, distance: editDistance(typed, name.toLowerCase()) }))
    .sort((one, other) => one.distance - other.distance);
}

/** Letters added, dropped, replaced, or swapped with their neighbour. */
function editDistance(from: string, to: string): number {
  const table: number[][] = [];
  const at = (row: number, column: number): number => table[row]?.[column] ?? Infinity;
  for (let row = 0; row <= from.length; row++) {
    const costs: number[] = [];
    table.push(costs);
    for (let column = 0; column <= to.length; column++) {
      const replaced = at(row - 1, column - 1) + (from[row - 1] === to[column - 1] ? 0 : 1);
      const isSwapped = row > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      const swapped = isSwapped ? at(row - 2, column - 2) + 1 : Infinity;
      const changed = Math.min(replaced, swapped, at(row - 1, column) + 1, at(row, column - 1) + 1);
      costs.push(row === 0 || column === 0 ? row + column : changed);
    }
  }
  return at(from.length, to.length);
}
