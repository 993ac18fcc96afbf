declare module '*.wat' {
  /** The module's binary form. */
  export const bytes: Uint8Array<ArrayBuffer>;
}
