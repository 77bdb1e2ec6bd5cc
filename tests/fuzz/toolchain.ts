// The compiler and its coverage tools, under whichever name the system has them.

import { isInstalled } from '../../host/board/toolchain.js';

const VERSIONS = ['', '-19', '-18', '-17', '-16', '-15', '-14'];

export interface Toolchain {
  clang: string;
  profdata: string;
  cov: string;
}

/** libFuzzer comes with clang; where it is missing, the command that mends it. */
export const INSTALL = 'apt install clang libclang-rt-14-dev llvm';

export function findToolchain(): Toolchain | undefined {
  const clang = find('clang');
  const profdata = find('llvm-profdata');
  const cov = find('llvm-cov');
  return clang && profdata && cov ? { clang, profdata, cov } : undefined;
}

function find(program: string): string | undefined {
  return VERSIONS.map((version) => program + version).find(isInstalled);
}
