// node --import tsx tests/bench/settle.ts [--anew]: lowers the budgets of instructions to what is measured now, or writes them anew.
import { countedInWasm, countedOnCortex, readBudgets, settled, writeBudgets } from './budgets.js';
import { buildBench } from './bench-modules.js';

buildBench();
const figures = [...(await countedInWasm()), ...(await countedOnCortex())];
writeBudgets(settled(figures, process.argv.includes('--anew') ? {} : readBudgets()));
