// The rooms of assembly/ that hold no connection are tested from inside, in AssemblyScript; everything else through the ABI.
export default {
  entries: ['tests/core/**/*.spec.ts'],
  include: [],
  disclude: [/node_modules/],
  /**
   * @param {WebAssembly.Memory} memory
   * @param {(imports: object) => object} createImports
   * @param {(binary: Uint8Array, imports: object) => unknown} instantiate
   * @param {Uint8Array} binary
   */
  async instantiate(memory, createImports, instantiate, binary) {
    return instantiate(binary, createImports({ env: { memory } }));
  },
  outputBinary: false,
};
