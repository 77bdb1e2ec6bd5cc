// The worst-case stack of a board's image: the run loop from reset on, and one interrupt on top of its deepest moment.

import type { Board } from './board.js';
import { tool, type Image } from './compile.js';
import { callGraph, deepest, functionName, type StackBound } from './stack.js';

/** Interrupts of all boards have one priority: none comes on top of another. */
const INTERRUPTS = ['uart_interrupt', 'uart_transmit_interrupt', 'timer_interrupt', 'systick_interrupt', 'trap_entry'];

/** What the processor pushes by itself: eight words and, at worst, one to align the stack; on RISC-V trap_entry pushes. */
const FRAMES = { 'cortex-m': 36, riscv: 0, host: 0 };

/** What runs first with a stack. */
const ROOTS = { 'cortex-m': 'reset', riscv: 'start', host: 'main' };

export async function boardStack(board: Board, image: Image): Promise<StackBound> {
  const graph = await callGraph(image.objects, image.elf, tool(board, 'objdump'));
  const root = [...graph.keys()].find((name) => functionName(name) === ROOTS[board.family]);
  const loop = deepest(graph, root ?? 'main');
  const interrupts = INTERRUPTS.filter((name) => graph.has(name)).map((name) => deepest(graph, name));
  const worst = interrupts.reduce((a, b) => (b.octets > a.octets ? b : a), { octets: 0, path: [], doubts: [] });
  return {
    octets: loop.octets + FRAMES[board.family] + worst.octets,
    path: [...loop.path, ...worst.path],
    doubts: [...new Set([...loop.doubts, ...interrupts.flatMap((one) => one.doubts)])],
  };
}
