import { expose, transfer } from 'comlink';
import { hashHere, type HashBlock } from '../data/dataset-id.ts';
import { carryErrors } from '../protocol/wire.ts';

const hashBlock: HashBlock = async (memory, used) => {
  const hashed = await hashHere(memory, used);
  return transfer(hashed, [hashed.memory.buffer]);
};

carryErrors();
expose(hashBlock);
