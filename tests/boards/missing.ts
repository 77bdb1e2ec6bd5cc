import { readBoard } from '../../host/board/board.js';
import { tool } from '../../host/board/compile.js';
import { isInstalled } from '../../host/board/toolchain.js';

/** Why a board cannot be built and run here, as the command that mends it, or false. */
export async function missing(name: string): Promise<string | false> {
  const board = await readBoard(name);
  const program = board.emulator?.command[0] ?? '';
  if (!isInstalled(board.family === 'host' ? 'cc' : tool(board, 'gcc'))) return `apt install ${board.build.package}`;
  if (!/[{/]/.test(program) && !isInstalled(program)) return `apt install ${board.emulator?.package}`;
  return false;
}
