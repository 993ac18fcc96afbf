import type { Ceilings } from './ceilings/ceiling.ts';
import { wasmCeilings } from './ceilings/wasm.ts';
import { webGpuCeilings } from './ceilings/webgpu.ts';
import type { Job } from './contenders/contender.ts';
import { speedJob } from './contenders/job.ts';
import { ours } from './contenders/ours.ts';
import type { Engine } from './engines.ts';
import { ROUNDS, race, unitsIn } from './race.ts';
import { medianAndRange } from './summary.ts';
import type { Workbench } from './workbench.ts';

const HEADS = [1, 16] as const;
const PIECE_SECONDS = 0.4;
const WARM_UP_SECONDS = 1;

/** What one step of one head needs at least. */
interface Needs {
  readonly multiplyAdds: number;
  readonly bytes: number;
}

/** How near do our engines come to what the machine can do? */
export async function rooflinePart(bench: Workbench): Promise<void> {
  const { data, hidden: h, batchRows: b } = await speedJob(bench, 1);
  const { width: d, classes: c } = data;
  const parameters = d * h + h + h * c + c;
  const needs: Needs = { multiplyAdds: 2 * b * d * h + 3 * b * h * c, bytes: 28 * parameters + 8 * b * d };
  bench.print(`  One step of one head, D = ${d}, H = ${h}, C = ${c}, B = ${b} rows, P = DH + H + HC + C = ${parameters} parameters, all in float32:`);
  bench.print(`  multiply-adds = 2BDH + 3BHC = ${(needs.multiplyAdds / 1e6).toFixed(2)} million: forward BDH + BHC, gradients of the weights BDH + BHC, of the hidden layer BHC.`);
  bench.print(`  bytes = 28P + 8BD = ${(needs.bytes / 1e6).toFixed(2)} million: 4P for the forward pass, 24P to read and write weights and Adam's two moments, 4BD twice for the batch.`);
  bench.print("  Left out: dropout's random numbers (BH), Adam's arithmetic (P roots and divisions), softmax. So the bound is out of reach, more so on a core than on a graphics processor.");
  const [single] = bench.engines('wasm');
  if (single && bench.trainingBackends.includes('wasm')) await nearness(bench, single, await wasmCeilings(needs.bytes / 2), needs, 'one core, 128-bit SIMD without fused multiply-add');
  const [gpu] = bench.engines('webgpu');
  if (gpu && bench.gpu && bench.trainingBackends.includes('webgpu')) await nearness(bench, gpu, webGpuCeilings(bench.gpu.device), needs, bench.gpu.adapter);
}

async function nearness(bench: Workbench, engine: Engine, ceilings: Ceilings, needs: Needs, where: string): Promise<void> {
  const jobs: readonly Job[] = await Promise.all(HEADS.map((heads) => speedJob(bench, heads)));
  const trainers = await Promise.all(jobs.map((job) => ours(`${engine.name}, K = ${job.heads}`, engine.makePopulation, job)));
  const loops = [ceilings.multiplyAdds, ceilings.bytes];
  try {
    const contestants = [
      ...loops.map(({ perTurn, run }) => ({ run, units: perTurn })),
      ...trainers.map((trainer) => ({ run: (steps: number) => trainer.train(steps), units: trainer.heads })),
    ];
    const timed = [];
    for (const { run, units } of contestants) {
      const count = await unitsIn(run, PIECE_SECONDS, WARM_UP_SECONDS);
      timed.push({ work: () => run(count), sizes: [count * units] });
    }
    const rounds = await race(timed, bench.progress(`roofline, ${engine.name}: rounds`, ROUNDS));
    const ratesOf = (i: number): number[] => rounds.map((round) => round[i] as number);
    bench.print();
    bench.print(`  ${engine.name} (${where}): median of ${ROUNDS} interleaved rounds (min to max)`);
    bench.table(['ceiling', 'thousand millions a second'], [
      [ceilings.multiplyAdds.name, medianAndRange(ratesOf(0).map((rate) => rate / 1e9), 1)],
      [`${ceilings.bytes.name}, bytes`, medianAndRange(ratesOf(1).map((rate) => rate / 1e9), 1)],
    ]);
    bench.print();
    bench.table(
      ['trainer', 'head-steps/s', 'bound by multiply-adds', 'bound by bytes', 'share of the lower bound'],
      trainers.map(({ name }, i) => {
        const rates = ratesOf(loops.length + i);
        const byArithmetic = ratesOf(0).map((rate) => rate / needs.multiplyAdds);
        const byBytes = ratesOf(1).map((rate) => rate / needs.bytes);
        const shares = rates.map((rate, round) => (100 * rate) / Math.min(byArithmetic[round] as number, byBytes[round] as number));
        return [name, medianAndRange(rates, 0), medianAndRange(byArithmetic, 0), medianAndRange(byBytes, 0), `${medianAndRange(shares, 1)} %`];
      }),
    );
  } finally {
    for (const trainer of trainers) trainer.dispose();
    ceilings.dispose();
  }
}
