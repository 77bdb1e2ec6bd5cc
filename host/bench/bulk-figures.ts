// Bulk transfers, all stacks in turn: through the ABI, and through the public sockets.
import { type Pair, bulkRates, corePair, otherPair } from './bulk.js';
import type { Figure } from './figure.js';
import { type Laboratory, hostSha256 } from './laboratory.js';
import { socketRate } from './socket-bulk.js';

export const BULK_CASES = ['bulk-abi', 'bulk-socket'] as const;

export async function bulkFigures(laboratory: Laboratory): Promise<Figure[]> {
  const subjects = laboratory.timed.filter(({ kind }) => kind !== 'floor');
  const pairs: Pair[] = [];
  for (const { kind, profile } of subjects) {
    const wasm = laboratory.modules.find((module) => module.kind === kind && module.profile === profile)?.wasm;
    if (wasm !== undefined) pairs.push(await (kind === 'slipway' ? corePair(wasm) : otherPair(wasm)));
  }
  const common = { octets: 1460, engine: 'v8', unit: 'MB/s' } as const;
  const figures: Figure[] = bulkRates(pairs).map((of, i) => {
    const { profile = '', kind = 'slipway', sha256 = '' } = subjects[i] ?? {};
    return { case: 'bulk-abi', ...common, profile, peer: kind, ...of, sha256 };
  });
  const of = await socketRate();
  return [
    ...figures,
    { case: 'bulk-socket', ...common, profile: 'host', peer: 'slipway', ...of, sha256: hostSha256(laboratory) },
  ];
}
