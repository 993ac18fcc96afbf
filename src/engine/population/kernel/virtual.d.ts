/** Made by the plugin beside this file. */
declare module 'virtual:population-kernel' {
  /** The compiled kernel, for `WebAssembly.compile`. */
  export const kernelBytes: Uint8Array<ArrayBuffer>;
}
