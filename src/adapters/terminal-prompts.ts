import type inquirer from 'inquirer';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { InputQuestion, SelectQuestion } from '../ports/ui.js';

export interface Screen {
  readonly out: NodeJS.WriteStream;
  /** Also cancels a question. */
  readonly signal: AbortSignal | undefined;
}

export function askToConfirm(screen: Screen, message: string): Promise<boolean> {
  return ask(screen, (prompt) =>
    prompt<{ answer: boolean }>([{ type: 'confirm', name: 'answer', message, default: false }]),
  );
}

export async function askToSelect<T extends string>(screen: Screen, question: SelectQuestion<T>): Promise<T> {
  const { message, preferred } = question;
  const choices = question.choices.map(({ value, label, hint }) => ({
    value: value,
    name: hint === undefined ? label : `${label}  (${hint})`,
    short: label,
  }));
  const answer = await ask(screen, (prompt) =>
    prompt<{ answer: string }>([{ type: 'select', name: 'answer', message, choices, default: preferred, loop: false }]),
  );
  return question.choices.find(({ value }) => value === answer)?.value ?? preferred;
}

export async function askForInput(screen: Screen, { message, preferred, check }: InputQuestion): Promise<string> {
  const validate = (text: string): true | string => check?.(text.trim()) ?? true;
  const answer = await ask(screen, (prompt) =>
    prompt<{ answer: string }>([{ type: 'input', name: 'answer', message, default: preferred, validate }]),
  );
  return answer.trim();
}

type Prompt = ReturnType<(typeof inquirer)['createPromptModule']>;

/** Uses stderr: stdout is for the command's answer. */
async function ask<T>({ out, signal }: Screen, put: (prompt: Prompt) => Promise<{ readonly answer: T }>): Promise<T> {
  const { createPromptModule } = (await import('inquirer')).default;
  try {
    return (await put(createPromptModule({ output: out, ...(signal === undefined ? {} : { signal }) }))).answer;
  } catch (cause) {
    // inquirer rejects alike for Ctrl-C, a closed terminal and an abort
    if (signal?.aborted === true) throw new SparkDevError('INTERRUPTED', 'Interrupted', { cause });
    throw new SparkDevError('CANCELLED', 'Cancelled', { cause });
  }
}
