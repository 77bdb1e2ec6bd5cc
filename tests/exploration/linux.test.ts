// A thousand of the cells, asked of the Linux kernel: where it answers otherwise than the oracle allows, and so than the core
// does, the reason is known. docs/exploration-linux.md says them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withoutKernel } from '../interop/namespace.js';
import { DIFFERENCES, reasonOf } from './linux-differences.js';
import { type LinuxCell, askLinux } from './linux-cells.js';
import { LinuxPeer } from './linux-peer.js';
import { CELLS_OF_A_STAGE, LINUX_STAGES } from './linux-stages.js';

test(
  'a thousand cells, asked of the Linux kernel: each difference has its reason',
  { skip: withoutKernel() },
  async (t) => {
    await using peer = await LinuxPeer.create();
    const asked: LinuxCell[] = [];
    for (const [index, stage] of LINUX_STAGES.entries())
      asked.push(...(await askLinux(peer, stage, index, CELLS_OF_A_STAGE)));
    const differing = asked.filter(({ agrees }) => !agrees);
    const unexplained = differing.filter((cell) => reasonOf(cell) === undefined);
    t.diagnostic(`${asked.length} cells, ${differing.length} differ, ${unexplained.length} unexplained`);
    assert.ok(asked.length >= 1000);
    assert.deepEqual(unexplained.map(describe), []);
    // Kernels differ: a reason that none of the cells shows is told, and no failure.
    const shown = new Set(differing.map(reasonOf));
    for (const { reason } of DIFFERENCES) if (!shown.has(reason)) t.diagnostic(`This kernel shows no more: ${reason}`);
  },
);

function describe({ connection, name, heard }: LinuxCell): string {
  const sent = heard.map(({ flags, seq, ack, text }) => `flags ${flags} seq ${seq} ack ${ack}, ${text} octets`);
  return `${connection.state}: ${name}: ${sent.join('; ') || 'silence'}`;
}
