import { expose } from 'comlink';
import { carryErrors } from '../protocol/wire.ts';
import { Storage } from '../storage/storage.ts';
import { createDataServices } from './create-data-services.ts';
import { dataOverWire } from './over-wire.ts';

carryErrors();
// A worker's address is <site>/assets/…js in a build and <site>/worker/…ts in development.
expose(dataOverWire(createDataServices(new Storage(), new URL('../', self.location.href).href)));
