import type { BackendChoice } from '../protocol/progress.ts';
import type { Notices } from './notices.svelte.ts';

/** Longer than a worker takes to start on most machines, shorter than most people wait before they give up. */
const PATIENCE_MS = 10_000;

/** What the page says while it waits, and what the user can do. */
export interface SlowStart {
  readonly text: string;
  readonly remedy: string;
}

export const DATA_IS_SLOW: SlowStart = {
  text: 'The part of the page that reads the data has not answered yet; the page is still waiting for it.',
  remedy: 'A slow machine or connection may need a while. If nothing changes, reload the page; runs and data are saved in this browser.',
};

/** @param choice the backend that was asked for: another one may start where this one does not */
export function trainingIsSlow(choice: BackendChoice): SlowStart {
  const usesGpu = choice === 'auto' || choice === 'webgpu';
  return {
    text: 'The part of the page that trains heads has not answered yet; the page is still waiting for it.',
    remedy: `A slow machine or connection may need a while. If nothing changes, reload the page${usesGpu ? ', or add ?backend=wasm to its address to do without the graphics processor' : ''}; runs and data are saved in this browser.`,
  };
}

/**
 * Waits for a worker's first answer. While that takes long, the page says so; what is only slow is not given up, and the message goes when
 * the answer comes.
 */
export async function tellIfSlow<T>(answer: Promise<T>, { text, remedy }: SlowStart, notices: Notices): Promise<T> {
  let takeBack = (): void => {};
  const timer = setTimeout(() => (takeBack = notices.passing(text, remedy)), PATIENCE_MS);
  try {
    return await answer;
  } finally {
    clearTimeout(timer);
    takeBack();
  }
}
