/** The nearest known word, with typing errors in at most a third of its length, for "did you mean". */
export function suggestNearest(word: string, known: readonly string[]): string | undefined {
  const [best] = rank(word, known);
  if (best === undefined || best.distance > Math.max(1, Math.floor(best.name.length / 2.5))) return undefined;
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
  let before: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let index = 0; index < from.length; index++) {
    const next = [index + 1];
    for (let column = 0; column < to.length; column++) {
      const replaced = cell(row, column) + (from[index] === to[column] ? 0 : 1);
      const swapped =
        from[index] === to[column - 1] && from[index - 1] === to[column] ? cell(before, column - 1) + 1 : Infinity;
      next.push(Math.min(replaced, swapped, cell(row, column + 1) + 1, cell(next, column) + 1));
    }
    [before, row] = [row, next];
  }
  return cell(row, to.length);
}

function cell(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
