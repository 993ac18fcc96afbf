/** A loop that does nothing but one thing, as fast as the machine can. */
export interface Ceiling {
  readonly name: string;
  /** Multiply-adds, or bytes read and written, in one turn of the loop. */
  readonly perTurn: number;
  run(turns: number): Promise<void>;
}

export interface Ceilings {
  readonly multiplyAdds: Ceiling;
  readonly bytes: Ceiling;
  dispose(): void;
}
