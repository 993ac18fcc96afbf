import { expose } from 'comlink';
import { carryErrors } from '../protocol/wire.ts';
import { Storage } from '../storage/storage.ts';
import { createEncoderService } from './create-encoder-service.ts';

carryErrors();
// A worker's address is <site>/assets/…js in a build and <site>/worker/…ts in development.
expose(createEncoderService(new Storage(), new URL('../', self.location.href).href));
