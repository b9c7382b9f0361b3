import fc from 'fast-check';

/** How many generated inputs each format is judged by. */
export const inputCount = 240;

/** The same inputs in every run, so that a difference can be looked at again. */
export function sampleInputs<Input>(shape: fc.Arbitrary<Input>): readonly Input[] {
  return fc.sample(shape, { seed: 20_261_130, numRuns: inputCount });
}

/** With a few at a time: the tools' start-up is what costs. */
export async function mapInputs<Input, Answer>(
  inputs: readonly Input[],
  ask: (input: Input, worker: number) => Promise<Answer>,
  workers = 4,
): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  const rest = inputs.entries();
  const work = async (_: unknown, worker: number): Promise<void> => {
    for (const [index, input] of rest) answers[index] = await ask(input, worker);
  };
  await Promise.all(Array.from({ length: workers }, work));
  return answers;
}
