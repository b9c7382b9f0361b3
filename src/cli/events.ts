import type { StepHandle, Ui } from '../ports/ui.js';

/** The events of `-o ndjson`; the last one is the envelope. Published as schemas/event.schema.json. */
export type Talk =
  | {
      readonly type: 'step';
      readonly id: number;
      readonly step: string;
      readonly state: 'started' | 'done' | 'failed';
      readonly note?: string;
      readonly tookMs?: number;
    }
  | {
      readonly type: 'progress';
      readonly id: number;
      readonly step: string;
      readonly note: string;
      readonly count?: number;
      readonly total?: number;
    }
  | { readonly type: 'log'; readonly source: 'talk' | 'application' | 'command' | 'detail'; readonly line: string }
  | { readonly type: 'warn'; readonly line: string };

/** Throttle; the final update is always sent. */
const progressEveryMs = 200;

export function emitEvents(ui: Ui, verbosity: number, emit: (talk: Talk) => void): Ui {
  let steps = 0;
  const unlessQuiet = (talk: Talk): void => {
    if (verbosity > 0) emit(talk);
  };
  return {
    ...ui,
    say(line) {
      unlessQuiet({ type: 'log', source: 'talk', line });
      ui.say(line);
    },
    log(line) {
      unlessQuiet({ type: 'log', source: 'application', line });
      ui.log(line);
    },
    warn(line) {
      emit({ type: 'warn', line });
      ui.warn(line);
    },
    detail(line, level = 1) {
      if (verbosity > level) emit({ type: 'log', source: 'detail', line });
      ui.detail(line, level);
    },
    command(line) {
      emit({ type: 'log', source: 'command', line });
      ui.command(line);
    },
    step(title) {
      return emitStep(ui.step(title), ++steps, title, unlessQuiet);
    },
  };
}

function emitStep(handle: StepHandle, id: number, step: string, emit: (talk: Talk) => void): StepHandle {
  const startedAt = performance.now();
  let toldAt = -Infinity;
  let ended = false;
  const end = (state: 'done' | 'failed', note: string | undefined): void => {
    if (ended) return;
    ended = true;
    const tookMs = Math.round(performance.now() - startedAt);
    emit({ type: 'step', id, step, state, ...(note === undefined ? {} : { note }), tookMs });
  };
  emit({ type: 'step', id, step, state: 'started' });
  return {
    progress(note, count, total) {
      const now = performance.now();
      if (now - toldAt >= progressEveryMs || (count !== undefined && count === total)) {
        toldAt = now;
        const figures = { ...(count === undefined ? {} : { count }), ...(total === undefined ? {} : { total }) };
        emit({ type: 'progress', id, step, note, ...figures });
      }
      handle.progress(note, count, total);
    },
    done(note) {
      end('done', note);
      handle.done(note);
    },
    fail(note) {
      end('failed', note);
      handle.fail(note);
    },
  };
}
