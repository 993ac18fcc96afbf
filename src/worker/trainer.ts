import { expose } from 'comlink';
import { carryErrors } from '../protocol/wire.ts';
import { Storage } from '../storage/storage.ts';
import { createTrainingServices } from './create-training-services.ts';
import { trainingOverWire } from './over-wire.ts';

carryErrors();
expose(trainingOverWire(createTrainingServices(new Storage())));
