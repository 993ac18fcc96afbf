import type { PopulationFactory } from '../engine/population/population.ts';
import type { TrainerEngine } from '../engine/trainer-engine.ts';
import { HeldoutError } from '../protocol/errors.ts';
import type { BackendChoice, BackendInfo } from '../protocol/progress.ts';

/** The engine that computes now, and after a loss the next one. */
export class CurrentEngine {
  private choice: BackendChoice = 'auto';
  private engine: TrainerEngine | null = null;

  /** @param onLost called when the device of the engine in use is lost */
  constructor(
    private readonly startEngine: (choice: BackendChoice) => Promise<TrainerEngine>,
    private readonly onLost: () => void,
  ) {}

  /** Starts the engine that is asked for, in place of the one before. @throws HeldoutError 'no-backend' */
  async start(choice: BackendChoice): Promise<BackendInfo> {
    this.choice = choice;
    const engine = await this.startEngine(choice);
    this.engine = engine;
    void engine.lost.then(() => {
      if (this.engine === engine) this.onLost();
    });
    return engine.info;
  }

  /** Moves to a new device, or to the next engine that works here. @throws HeldoutError 'no-backend' */
  async restart(): Promise<BackendInfo> {
    try {
      return await this.start(this.choice);
    } catch (error) {
      if (error instanceof HeldoutError) throw error;
      throw new HeldoutError('no-backend', 'The graphics device was lost and nothing could take its place.', 'Reload the page: the run is saved.');
    }
  }

  get info(): BackendInfo {
    return this.started.info;
  }

  /** @throws HeldoutError 'no-backend' before `start` */
  get makePopulation(): PopulationFactory {
    return this.started.makePopulation;
  }

  private get started(): TrainerEngine {
    if (!this.engine) throw new HeldoutError('no-backend', 'Training has not been started.', 'Reload the page.');
    return this.engine;
  }
}
