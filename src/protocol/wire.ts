import { transferHandlers, type TransferHandler } from 'comlink';
import { HeldoutError, type HeldoutErrorCode, type Place } from './errors.ts';

let carried = false;

type Thrown = { value: unknown };
type Wire = { heldout: boolean; range: boolean; code: HeldoutErrorCode; message: string; remedy: string; place: Place; stack: string };

/**
 * Lets HeldoutError cross between threads whole, and RangeError as one (Comlink alone keeps only name, message and stack).
 * To be called on each side before anything is exposed or wrapped; calling it again changes nothing.
 */
export function carryErrors(): void {
  if (carried) return;
  carried = true;
  const plain = transferHandlers.get('throw') as TransferHandler<unknown, unknown>;
  transferHandlers.set('throw', {
    canHandle: plain.canHandle,
    serialize: (thrown: unknown) => {
      const error = (thrown as Thrown).value;
      const known = error instanceof HeldoutError;
      const wire: Wire = {
        heldout: known,
        range: error instanceof RangeError,
        code: known ? error.code : 'bad-input',
        message: error instanceof Error ? error.message : String(error),
        remedy: known ? error.remedy : '',
        place: known ? error.place : {},
        stack: error instanceof Error ? (error.stack ?? '') : '',
      };
      return [wire, []];
    },
    deserialize: (value: unknown) => {
      const wire = value as Wire;
      const error = wire.heldout ? new HeldoutError(wire.code, wire.message, wire.remedy, wire.place) : new (wire.range ? RangeError : Error)(wire.message);
      error.stack = wire.stack;
      throw error;
    },
  });
}
