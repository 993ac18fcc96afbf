import { expose } from 'comlink';
import { carryErrors } from '../protocol/wire.ts';
import { Storage } from '../storage/storage.ts';
import { createTrainingServices } from './create-training-services.ts';

carryErrors();
expose(createTrainingServices(new Storage()));
