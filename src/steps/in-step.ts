import type { Host } from '../ports/host.js';
import type { StepHandle } from '../ports/ui.js';

/** Shows the step and how it ended; a text that it answers is its note. */
export async function inStep(host: Host, title: string, act: (shown: StepHandle) => Promise<unknown>): Promise<void> {
  const shown = host.ui.step(title);
  try {
    const note = await act(shown);
    shown.done(typeof note === 'string' ? note : undefined);
  } catch (error) {
    shown.fail();
    throw error;
  }
}
