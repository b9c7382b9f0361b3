import type { CommandResult } from '../command.js';
import { masked, maskText, maskValue } from '../secrets/mask.js';

type Env = Readonly<Record<string, string | undefined>>;

/** A command's answer as it may be printed, and what a reader must know who wants to run a command of it. */
export function withoutSecrets(
  result: CommandResult,
  env: Env,
): { readonly result: CommandResult; readonly note: string | undefined } {
  if (result.exact === true) return { result, note: undefined };
  const text = result.text.map((line) => maskText(line, env));
  const data = maskValue(result.data, env);
  const hides = text.some((line) => line.includes(masked)) || JSON.stringify([data]).includes(masked);
  return { result: { ...result, text, data }, note: hides ? fillIn : undefined };
}

const fillIn = `${masked} stands for a value that is not shown: put it in before you run a command`;
