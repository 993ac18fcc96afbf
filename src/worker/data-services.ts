import type { DataServices } from '../protocol/data-services.ts';
import { AugmentService } from './augment-service.ts';
import { DatasetShelf } from './dataset-shelf.ts';
import { DraftService } from './draft-service.ts';
import { EncoderService } from './encoder-service.ts';
import { ImportService } from './import-service.ts';
import { Jobs } from './jobs.ts';
import { ProjectService } from './project-service.ts';
import { StorageService } from './storage-service.ts';
import { SynonymLoader } from './synonym-loader.ts';
import { TextEmbedder, type EncoderEnvironment } from './text-embedder.ts';
import { VariantService } from './variant-service.ts';

/** Everything that the encoder worker does, on one encoder, one shelf of data sets and one list of jobs. */
export function dataServices(environment: EncoderEnvironment): DataServices {
  const jobs = new Jobs();
  const embedder = new TextEmbedder(environment);
  const shelf = new DatasetShelf(environment, embedder);
  const synonyms = new SynonymLoader(environment.siteUrl);
  return {
    augment: new AugmentService(synonyms),
    drafts: new DraftService(environment),
    encoder: new EncoderService(environment, jobs, embedder, shelf),
    imports: new ImportService(jobs, shelf, environment.nowMs),
    project: new ProjectService(environment, jobs, embedder, shelf),
    storage: new StorageService(environment, shelf),
    variants: new VariantService(jobs, embedder, shelf, synonyms),
  };
}
