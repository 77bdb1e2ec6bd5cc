// A plan in words, for people who look at a failure.
import { Config, Option } from '../../assembly/numbers.js';
import type { ConversationPlan, Plan, SidePlan, StationPlan, WirePlan } from './plan.js';

export function describePlan(plan: Plan): string[] {
  const { stations, wires, conversations, faults } = plan;
  return [
    ...stations.map((station, i) => `station ${i}: ${describeStation(station)}`),
    ...wires.flatMap((wire, i) => {
      const [from, to] = [Math.floor(i / stations.length), i % stations.length];
      return from === to ? [] : [`wire ${from} -> ${to}: ${describeWire(wire, faults !== undefined)}`];
    }),
    ...conversations.flatMap(describeConversation),
    ...(faults ?? []).map(({ wire, n, kind, value }) => {
      const [from, to] = [Math.floor(wire / stations.length), wire % stations.length];
      return `datagram ${n} of ${from} -> ${to} is ${kind}${kind === 'held' ? ` for ${value} ms` : ''}`;
    }),
  ];
}

function describeStation({
  profile,
  origin,
  config,
  pauses,
  bandwidth,
  byEvents,
  serial,
  restarts,
}: StationPlan): string {
  const words = [profile, `clock from ${origin}`];
  for (const [name, value] of config) words.push(`${nameOf(Config, name)} ${value}`);
  if (bandwidth > 0) words.push(`${bandwidth} octets/s`);
  if (serial) words.push('over SLIP');
  for (const [from, to] of pauses) words.push(`paused ${from} to ${to} ms`);
  for (const at of restarts) words.push(`restarts at ${at} ms`);
  words.push(byEvents ? 'applications wait for events' : 'applications look by themselves');
  return words.join(', ');
}

function describeWire(wire: WirePlan, isExplicit: boolean): string {
  const words = [`delay ${wire.delay} ms`];
  if (wire.jitter > 0) words.push(`jitter ${wire.jitter} ms`);
  if (isExplicit) return words.join(', ');
  for (const name of ['loss', 'duplicate', 'corrupt', 'reorder'] as const) {
    if (wire[name] > 0) words.push(`${name} ${(wire[name] * 100).toFixed(1)} %`);
  }
  for (const [from, to] of wire.cuts) words.push(`cut ${from} to ${to} ms`);
  for (const [from, to] of wire.bursts) words.push(`half lost ${from} to ${to} ms`);
  return words.join(', ');
}

function describeConversation(plan: ConversationPlan, number: number): string[] {
  const { opener, listener, port, localPort, at, simultaneous, sides } = plan;
  const how = simultaneous ? 'both open' : `${opener} opens to ${listener}`;
  return [
    `conversation ${number}: ${how} at ${at} ms, port ${localPort || 'any'} to ${port}`,
    `  opener: ${describeSide(sides[0])}`,
    `  ${simultaneous ? 'other' : 'listener'}: ${describeSide(sides[1])}`,
  ];
}

function describeSide(side: SidePlan): string {
  const words = [`writes ${side.total} by ${side.write}`];
  if (side.writeGap > 0) words.push(`every ${side.writeGap} ms`);
  words.push(`reads by ${side.read}`);
  if (side.readGap > 0) words.push(`every ${side.readGap} ms`);
  if (side.readFrom > 0) words.push(`from ${side.readFrom} ms on`);
  words.push(ENDINGS[side.ending] + (side.endAfter > 0 ? ` after ${side.endAfter} ms` : ''));
  for (const [name, value] of side.options) words.push(`${nameOf(Option, name)} ${value}`);
  if (side.urgent) words.push('urgent');
  return words.join(', ');
}

const ENDINGS: Record<SidePlan['ending'], string> = {
  shutdown: 'half closes',
  answer: "closes behind the other's end",
  fire: 'lets go',
  abort: 'aborts',
};

function nameOf(names: Readonly<Record<string, number>>, value: number): string {
  return Object.entries(names).find(([, number]) => number === value)?.[0] ?? String(value);
}
