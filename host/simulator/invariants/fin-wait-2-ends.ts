import { Config, State, Table } from '../../../assembly/numbers.js';
import type { Invariant } from '../observer.js';

/** ms; the default of Config.FIN_WAIT_2. */
const FIN_WAIT_2 = 60_000;

export const finWait2Ends: Invariant = {
  name: 'fin-wait-2-ends',
  sentence: 'FIN-WAIT-2 is bounded by the configured time once its user has let go, and by nothing before.',
  watch: (world) => ({
    afterTurn({ rows, count, plan }) {
      const most = plan.config.find(([name]) => name === Config.FIN_WAIT_2)?.[1] ?? FIN_WAIT_2;
      for (let i = 0; i < count; i++) {
        const row = rows[i];
        if (row === undefined || row.table !== Table.CONNECTION || row.state !== State.FIN_WAIT_2) continue;
        const isLetGo = row.handle === 0;
        if (isLetGo !== row.lifeLeft >= 0) {
          world.violated(isLetGo ? 'FIN-WAIT-2 has no end' : 'FIN-WAIT-2 will end, and its user has not let go');
        }
        if (row.lifeLeft > most) world.violated(`FIN-WAIT-2 lasts ${row.lifeLeft} ms, and ${most} are allowed`);
      }
    },
  }),
};
