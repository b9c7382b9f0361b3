import type { Ui } from '../ports/ui.js';

/** For side records and caches: if writing them fails, a warning says so and the command continues. */
export async function bestEffort(
  host: { readonly ui: Pick<Ui, 'warn'> },
  what: string,
  write: () => Promise<unknown>,
): Promise<void> {
  try {
    await write();
  } catch (error) {
    host.ui.warn(`${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
