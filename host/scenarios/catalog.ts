// Every scenario, in the order in which somebody learns.
import { boardRestarts } from './catalog/board-restarts.js';
import { cableOutData, cableOutIdle, cableOutKeepalive, keepalive } from './catalog/cable-out.js';
import { connectionRefused } from './catalog/connection-refused.js';
import { dataWithLoss } from './catalog/data-with-loss.js';
import { fastRetransmit } from './catalog/fast-retransmit.js';
import { fourProofs } from './catalog/four-proofs.js';
import { fourWayTeardown } from './catalog/four-way-teardown.js';
import { halfClose } from './catalog/half-close.js';
import { lastAckLost } from './catalog/last-ack-lost.js';
import { lingerZero } from './catalog/linger-zero.js';
import { mergedClose } from './catalog/merged-close.js';
import { oldDuplicateSyn } from './catalog/old-duplicate-syn.js';
import { peerNeverCloses } from './catalog/peer-never-closes.js';
import { simultaneousClose } from './catalog/simultaneous-close.js';
import { simultaneousOpen } from './catalog/simultaneous-open.js';
import { slowStart } from './catalog/slow-start.js';
import { synAckLost } from './catalog/syn-ack-lost.js';
import { synCookies, synFlood } from './catalog/syn-flood.js';
import { tenMessages } from './catalog/ten-messages.js';
import { threeWayHandshake } from './catalog/three-way-handshake.js';
import { timeWaitLinger, timeWaitNewerSyn, timeWaitOtherPort, timeWaitRefused } from './catalog/time-wait.js';
import { urgentData } from './catalog/urgent-data.js';
import { zeroWindow } from './catalog/zero-window.js';
import type { Scenario } from './scenario.js';

export const SCENARIOS: readonly Scenario[] = [
  threeWayHandshake,
  fourProofs,
  synAckLost,
  oldDuplicateSyn,
  simultaneousOpen,
  connectionRefused,
  dataWithLoss,
  fastRetransmit,
  slowStart,
  zeroWindow,
  urgentData,
  tenMessages,
  fourWayTeardown,
  mergedClose,
  halfClose,
  simultaneousClose,
  lastAckLost,
  lingerZero,
  peerNeverCloses,
  timeWaitRefused,
  timeWaitNewerSyn,
  timeWaitOtherPort,
  timeWaitLinger,
  keepalive,
  cableOutIdle,
  cableOutKeepalive,
  cableOutData,
  boardRestarts,
  synFlood,
  synCookies,
];

export function scenarioByName(name: string): Scenario | undefined {
  return SCENARIOS.find((scenario) => scenario.name === name);
}
