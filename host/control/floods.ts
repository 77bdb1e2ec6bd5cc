import type { NetstatRow } from './netstat.js';

/** A port with more half-open connections than honest clients leave. */
export interface Flood {
  port: number;
  /** Half-open connections to it. */
  entries: number;
  /** Distinct addresses that they are from. */
  sources: number;
}

/** Without knowing how many there is room for. */
const ENTRIES_SUSPECT = 4;

/** Ports whose half-open connections fill half of the SYN queue, worst first. */
export function floods(rows: readonly NetstatRow[], synQueue: number | undefined): Flood[] {
  const suspect = synQueue === undefined ? ENTRIES_SUSPECT : Math.max(2, Math.ceil(synQueue / 2));
  const byPort = new Map<number, NetstatRow[]>();
  for (const row of rows) {
    if (row.state !== 'SYN-RECEIVED') continue;
    byPort.set(row.local.port, [...(byPort.get(row.local.port) ?? []), row]);
  }
  return [...byPort]
    .filter(([, entries]) => entries.length >= suspect)
    .map(([port, entries]) => ({
      port,
      entries: entries.length,
      sources: new Set(entries.map(({ remote }) => remote?.address)).size,
    }))
    .sort((one, other) => other.entries - one.entries);
}
