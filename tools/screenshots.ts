// npm run screenshots: the pictures of the README, made from the page as it is. Look at them before you commit them.
import { mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright-core';
import { serveFolder } from '../host/web-server.js';

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const OUT = path.join(ROOT, 'docs', 'images');
/** High enough that a ladder stands in its box as a whole. */
const DESK = { width: 1440, height: 1160 };
const PHONE = { width: 390, height: 1500 };
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];

interface Shot {
  name: string;
  scenario: string;
  size: { width: number; height: number };
  scheme: 'light' | 'dark';
  /** How many visible steps to take; absent: to the end. */
  steps?: number;
  /** Which segment is looked at, from 1. */
  segment?: number;
  /** Only this part of the page. */
  part?: string;
  /** To the top of this, on a phone. */
  from?: string;
}

const SHOTS: readonly Shot[] = (['light', 'dark'] as const).flatMap((scheme) => [
  { name: `handshake-${scheme}`, scenario: 'three-way-handshake', size: { ...DESK, height: 900 }, scheme, segment: 2 },
  { name: `teardown-${scheme}`, scenario: 'four-way-teardown', size: DESK, scheme, segment: 4 },
  { name: `syn-cookies-${scheme}`, scenario: 'syn-cookies', size: DESK, scheme, steps: 18 },
  { name: `states-${scheme}`, scenario: 'simultaneous-close', size: DESK, scheme, steps: 16, part: '.states' },
  { name: `handshake-phone-${scheme}`, scenario: 'three-way-handshake', size: PHONE, scheme, from: '.transport' },
  { name: `teardown-phone-${scheme}`, scenario: 'four-way-teardown', size: PHONE, scheme, from: '.transport' },
  { name: `syn-cookies-phone-${scheme}`, scenario: 'syn-cookies', size: PHONE, scheme, steps: 18, from: '.transport' },
  { name: `states-phone-${scheme}`, scenario: 'last-ack-lost', size: PHONE, scheme, steps: 20, part: '.states' },
]);

async function take(tab: Page, url: string, shot: Shot): Promise<void> {
  await tab.setViewportSize(shot.size);
  await tab.emulateMedia({ colorScheme: shot.scheme });
  // A new document for each, so that nothing of the last is left.
  await tab.goto('about:blank');
  await tab.goto(`${url}#scenario=${shot.scenario}&lang=en&paused`);
  if (shot.steps === undefined) await tab.locator('.to-end').click();
  else for (let step = 0; step < shot.steps; step++) await tab.locator('.step').press('Enter');
  await tab
    .locator('.ladder')
    .first()
    .evaluate((ladder) => (ladder.scrollTop = 0));
  for (let at = 0; at < (shot.segment ?? 0); at++) await tab.locator('.ladder').first().press('ArrowDown');
  // The ring of the focus is for the keyboard's user, not for a picture.
  await tab.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await tab.evaluate((from) => {
    scrollTo(0, 0);
    if (from !== undefined) document.querySelector(from)?.scrollIntoView();
  }, shot.from);
  const file = path.join(OUT, `${shot.name}.png`);
  if (shot.part === undefined) await tab.screenshot({ path: file });
  else await tab.locator(shot.part).screenshot({ path: file });
  console.log(path.relative(ROOT, file));
}

mkdirSync(OUT, { recursive: true });
const server = await serveFolder(path.join(ROOT, 'dist', 'web'));
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS });
try {
  const tab = await browser.newPage({ deviceScaleFactor: 1 });
  for (const shot of SHOTS) await take(tab, `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, shot);
} finally {
  await browser.close();
  server.close();
  server.closeAllConnections();
}
