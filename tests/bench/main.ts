import { startBackend } from '../../src/engine/backend.ts';
import { BACKEND_ASSETS } from '../../src/engine/browser-assets.ts';
import { augmentPart } from './augment.ts';
import { dataPart } from './data.ts';
import { encoderPart } from './encoder.ts';
import { startEngines } from './engines.ts';
import { knobsPart } from './knobs.ts';
import { lessonsPart } from './lessons.ts';
import type { BenchOptions, LineKind, Missed, PartName } from './options.ts';
import { objectivesPart } from './objectives.ts';
import { referencePart } from './reference.ts';
import { reviewsPart } from './reviews.ts';
import { rooflinePart } from './roofline.ts';
import { shortcutPart } from './shortcut.ts';
import { speedPart } from './speed.ts';
import { tableTimePart } from './table-time.ts';
import { Workbench } from './workbench.ts';

interface Part {
  readonly needsData: boolean;
  run(bench: Workbench): Promise<void>;
}

const PARTS: Record<PartName, Part> = {
  encoder: { needsData: true, run: encoderPart },
  speed: { needsData: false, run: speedPart },
  roofline: { needsData: false, run: rooflinePart },
  'table-time': { needsData: false, run: tableTimePart },
  objectives: { needsData: true, run: objectivesPart },
  reference: { needsData: true, run: referencePart },
  reviews: { needsData: false, run: reviewsPart },
  lessons: { needsData: false, run: lessonsPart },
  shortcut: { needsData: false, run: shortcutPart },
  augment: { needsData: false, run: augmentPart },
  data: { needsData: false, run: dataPart },
  knobs: { needsData: false, run: knobsPart },
};

window.runBench = async (options: BenchOptions): Promise<Missed> => {
  // Calls arrive in order. Their answers do not while runs keep this thread, so that nothing may wait for them before the end.
  const printed: Promise<void>[] = [];
  const write = (kind: LineKind, line: string): void => {
    printed.push(window.benchPrint(kind, line));
  };
  const wanted = options.backend ?? 'wasm';
  const backend = await startBackend(wanted, BACKEND_ASSETS);
  write('table', `backend   ${backend.name}. ${backend.reason}${backend.adapter ? ` Adapter: ${backend.adapter}.` : ''}`);
  const bench = new Workbench(options, backend, await startEngines(), write);
  if (backend.name === wanted) {
    for (const name of options.parts) await runPart(bench, name);
  } else {
    bench.missed.push(`The backend ${wanted} was asked for and does not run here.`);
  }
  await Promise.all(printed);
  return bench.missed;
};

async function runPart(bench: Workbench, name: PartName): Promise<void> {
  bench.print();
  bench.print(`== ${name}`);
  if (PARTS[name].needsData && !bench.options.hasData) {
    bench.print('  left out: it needs the real data sets. Name their folder with --data.');
    return;
  }
  const started = performance.now();
  try {
    await PARTS[name].run(bench);
  } catch (error) {
    bench.bound(false, `the part ${name} could not finish: ${error instanceof Error ? error.message : String(error)}`);
  }
  bench.print(`  took ${((performance.now() - started) / 1000).toFixed(0)} s`);
}
