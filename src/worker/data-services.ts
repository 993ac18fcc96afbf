import type { DataServices } from '../protocol/data-services.ts';
import { DatasetShelf } from './dataset-shelf.ts';
import { EncoderService } from './encoder-service.ts';
import { Jobs } from './jobs.ts';
import { TextEmbedder, type EncoderEnvironment } from './text-embedder.ts';

/** Everything that the encoder worker does, on one encoder, one shelf of data sets and one list of jobs. */
export function dataServices(environment: EncoderEnvironment): DataServices {
  const jobs = new Jobs();
  const embedder = new TextEmbedder(environment);
  const shelf = new DatasetShelf(environment, embedder);
  return { encoder: new EncoderService(environment, jobs, embedder, shelf) };
}
