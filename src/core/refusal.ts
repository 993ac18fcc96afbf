/** Why storage refused something. */
export interface Refusal {
  /** As a HeldoutError's: “storage-full” where there is no room. */
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}
