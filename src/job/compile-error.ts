const linesOfOne = 4;

/** The first error with its location, message and source line; the compiler's last lines only count the errors. */
export function findCompileError(printed: readonly string[]): string | undefined {
  const first = printed.findIndex((line) => /(^|\s)error:/.test(line));
  if (first === -1) return undefined;
  const next = printed.findIndex(
    (line, index) => index > first && /: (error|warning):|^\d+ errors?$|^one error found$/.test(line),
  );
  const count = printed.findLast((line) => /^(\d+|one|two|three|four) errors?( found)?$/.test(line));
  const own = printed.slice(first, next === -1 ? undefined : next).slice(0, linesOfOne);
  return [...own, ...(count === undefined ? [] : [count])].join('\n');
}
