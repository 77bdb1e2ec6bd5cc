// The page in a real browser, served by slipway page as its user would have it.
import { spawnSync } from 'node:child_process';
import assert from 'node:assert/strict';
import { after, before, type TestContext } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { build, ROOT, start, without } from '../cli/slipway.js';
import { openBrowser } from '../interop/browser.js';

/** Generous: a machine that is busy with other tests is slow. */
export const PATIENCE_MS = 60_000;

export function buildPage(): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['tools/build-page.mjs', '--quiet'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  assert.equal(status, 0, stdout + stderr);
}

export interface Opened {
  browser: Browser;
  url: string;
}

/** Builds what is stale, and opens one browser and one server for a whole file of tests. */
export function shareBrowserAndPage(): () => Opened {
  let opened: Opened | undefined;
  const cleaners: (() => unknown)[] = [];
  const holder = { after: (clean: () => unknown) => cleaners.push(clean) } as unknown as TestContext;
  before(async () => {
    build();
    buildPage();
    if (without('chromium') === false) opened = await openBrowserAndPage(holder);
  });
  after(async () => {
    for (const clean of cleaners.reverse()) await clean();
  });
  return () => opened ?? assert.fail('the browser has not been opened');
}

async function openBrowserAndPage(t: TestContext): Promise<Opened> {
  const running = start(t, ['page', '--port', '0']);
  const [, url = ''] = await running.says(/(http:\/\/127\.0\.0\.1:\d+\/)/, PATIENCE_MS);
  return { browser: await openBrowser(t), url };
}

/** Opens a tab in which every error and every request elsewhere is a failure of the test. */
export async function openTab(
  t: TestContext,
  { browser, url }: Opened,
  size = { width: 1440, height: 900 },
): Promise<Page> {
  const context = await browser.newContext({ viewport: size, acceptDownloads: true, locale: 'en-GB' });
  // The compiler names functions by a helper that the page does not have.
  await context.addInitScript('globalThis.__name = (value) => value');
  const tab = await context.newPage();
  tab.setDefaultTimeout(PATIENCE_MS);
  const troubles: string[] = [];
  tab.on('pageerror', (error) => troubles.push(error.message));
  tab.on('console', (message) => {
    if (message.type() === 'error') troubles.push(message.text());
  });
  tab.on('request', (request) => {
    if (!request.url().startsWith(url) && !/^(data|blob):/.test(request.url()))
      troubles.push(`asked for ${request.url()}`);
  });
  t.after(async () => {
    await context.close();
    assert.deepEqual(troubles, []);
  });
  return tab;
}

/** Shows a scenario, at its begin and standing still. */
export async function show(tab: Page, url: string, scenario: string, more = ''): Promise<void> {
  await tab.goto(`${url}#scenario=${scenario}&lang=en&paused${more}`);
  await tab.locator(`[data-scenario="${scenario}"][aria-current]`).waitFor({ state: 'attached' });
}

/** The table of segments, each as a line of the RFC's figures. */
export async function figureLines(tab: Page): Promise<string[]> {
  const rows = await tab
    .locator('.centre > .as-table tbody tr')
    .evaluateAll((found) => found.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent ?? '')));
  return rows.map(lineOf);
}

function lineOf(cells: string[]): string {
  const [, laptop = '', direction, flags = '', seq = '', ack = '', length = '', , board = '', fate = ''] = cells;
  const controls = flags.split('-').filter((flag) => flag !== 'PSH');
  // The RFC writes SYN,ACK.
  const segment = `<SEQ=${seq}>${ack === '' ? '' : `<ACK=${ack}>`}${length === '0' ? '' : `<LEN=${length}>`}<CTL=${controls.join()}>`;
  const isLost = fate === 'lost' || fate.startsWith('damaged');
  const ended = isLost ? (fate.split(',')[0] ?? '') : undefined;
  const [left, right] = [laptop === '' ? '...' : laptop, board === '' ? '...' : board];
  return direction === '→'
    ? `${left} --> ${segment} ${ended ?? `--> ${right}`}`
    : `${ended ?? left} <-- ${segment} <-- ${right}`;
}
