import { expose } from 'comlink';
import { carryErrors } from '../protocol/wire.ts';
import { Storage } from '../storage/storage.ts';
import { createTrainerService } from './create-trainer-service.ts';

carryErrors();
expose(createTrainerService(new Storage()));
