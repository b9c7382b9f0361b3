import { SparkDevError } from '../errors/spark-dev-error.js';
import type { InputQuestion, SelectQuestion } from '../ports/ui.js';

interface Screen {
  readonly out: NodeJS.WriteStream;
  /** Also cancels a question. */
  readonly signal: AbortSignal | undefined;
}

/** Uses stderr: stdout is for the command's answer. */
export async function askToConfirm(screen: Screen, message: string): Promise<boolean> {
  const prompt = await createPrompt(screen);
  return answered(screen, () =>
    prompt<{ answer: boolean }>([{ type: 'confirm', name: 'answer', message, default: false }]),
  );
}

export async function askToSelect<T extends string>(screen: Screen, question: SelectQuestion<T>): Promise<T> {
  const prompt = await createPrompt(screen);
  const { message, preferred } = question;
  const choices = question.choices.map(({ value, label, hint }) => ({
    value: value,
    name: hint === undefined ? label : `${label}  (${hint})`,
    short: label,
  }));
  const answer = await answered(screen, () =>
    prompt<{ answer: string }>([{ type: 'select', name: 'answer', message, choices, default: preferred, loop: false }]),
  );
  return question.choices.find(({ value }) => value === answer)?.value ?? preferred;
}

export async function askForInput(screen: Screen, { message, preferred, check }: InputQuestion): Promise<string> {
  const prompt = await createPrompt(screen);
  const validate = (text: string): true | string => check?.(text.trim()) ?? true;
  const answer = await answered(screen, () =>
    prompt<{ answer: string }>([{ type: 'input', name: 'answer', message, default: preferred, validate }]),
  );
  return answer.trim();
}

async function createPrompt({ out, signal }: Screen) {
  const { default: inquirer } = await import('inquirer');
  return inquirer.createPromptModule({ output: out, ...(signal === undefined ? {} : { signal }) });
}

/** inquirer rejects alike for Ctrl-C, a closed terminal and an abort. */
async function answered<T>({ signal }: Screen, ask: () => Promise<{ readonly answer: T }>): Promise<T> {
  try {
    return (await ask()).answer;
  } catch (cause) {
    if (signal?.aborted === true) throw new SparkDevError('INTERRUPTED', 'Interrupted', { cause });
    throw new SparkDevError('CANCELLED', 'Cancelled', { cause });
  }
}
