import type { Ui } from '../ports/ui.js';

/** A Ui that prints no secret; what the application itself prints is not ours to change. */
export function maskUi(ui: Ui, mask: (text: string) => string): Ui {
  return {
    ...ui,
    say(line, how) {
      ui.say(how?.showsSecret === true ? line : mask(line));
    },
    warn(line) {
      ui.warn(mask(line));
    },
    detail(line, level) {
      ui.detail(mask(line), level);
    },
    command(line) {
      ui.command(mask(line));
    },
    confirm: (question) => ui.confirm(mask(question)),
    step(title) {
      const handle = ui.step(mask(title));
      return {
        progress(note, count, total) {
          handle.progress(mask(note), count, total);
        },
        done(note) {
          handle.done(note === undefined ? undefined : mask(note));
        },
        fail(note) {
          handle.fail(note === undefined ? undefined : mask(note));
        },
      };
    },
  };
}
