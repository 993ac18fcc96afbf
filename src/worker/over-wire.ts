import type { DataServices, DataWire } from '../protocol/data-services.ts';
import type { EncoderWire } from '../protocol/encoder.ts';
import type { ImportWire } from '../protocol/imports.ts';
import { unpackDataset } from '../protocol/packed-dataset.ts';
import { packLoaded } from '../protocol/packed-loaded.ts';
import type { TrainerWire } from '../protocol/trainer.ts';
import type { TrainingServices, TrainingWire } from '../protocol/training-services.ts';

/** The services as another thread calls them: data sets go packed. What is not named here is as it is. */

export function dataOverWire(services: DataServices): DataWire {
  const { encoder, imports } = services;
  return {
    ...services,
    encoder: inheriting(encoder, {
      openDataset: async (id, job, onProgress) => packLoaded(await encoder.openDataset(id, job, onProgress)),
      cleanDataset: async (id, remedy, job, onProgress) => packLoaded(await encoder.cleanDataset(id, remedy, job, onProgress)),
      saveDataset: async (draft, from, job, onProgress) => packLoaded(await encoder.saveDataset(await unpackDataset(draft), from, job, onProgress)),
    } satisfies Partial<EncoderWire>),
    imports: inheriting(imports, { run: async (sources, plan, job, onProgress) => packLoaded(await imports.run(sources, plan, job, onProgress)) } satisfies Partial<ImportWire>),
  };
}

export function trainingOverWire(services: TrainingServices): TrainingWire {
  const { trainer } = services;
  return { ...services, trainer: inheriting(trainer, { setData: async (dataset, features) => trainer.setData(await unpackDataset(dataset), features) } satisfies Partial<TrainerWire>) };
}

/** `service` with some methods replaced. The others are called on `service` itself, so that what they set is seen by what it made earlier. */
function inheriting<T extends object, R extends object>(service: T, replaced: R): Omit<T, keyof R> & R {
  const handler: ProxyHandler<T> = {
    get: (target, name) => {
      if (Object.hasOwn(replaced, name)) return Reflect.get(replaced, name) as unknown;
      const own: unknown = Reflect.get(target, name);
      return typeof own === 'function' ? (own.bind(target) as unknown) : own;
    },
  };
  return new Proxy(service, handler) as unknown as Omit<T, keyof R> & R;
}
