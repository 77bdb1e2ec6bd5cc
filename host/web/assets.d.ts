// What vite makes of an import that ends in ?url: the address of the file. A stylesheet is put into the page.
declare module '*.wasm?url' {
  const url: string;
  export default url;
}
declare module '*.css';
