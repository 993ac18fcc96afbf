import { connectData } from '../client/data.ts';
import { connectTraining } from '../client/training.ts';
import type { BackendChoice } from '../protocol/progress.ts';
import { App } from './app.svelte.ts';

/** The page's model on its two workers. @param search of the address: `?backend=webgpu|wasm|cpu` forces a backend */
export function createApp(search: string): App {
  const app = new App(connectData(), connectTraining());
  void app.begin(backendChoice(search));
  return app;
}

function backendChoice(search: string): BackendChoice {
  const asked = new URLSearchParams(search).get('backend');
  return asked === 'webgpu' || asked === 'wasm' || asked === 'cpu' ? asked : 'auto';
}
