// The page as a laptop: a fake serial port in Chromium, joined to slipway board, whose page is fetched over the tab's own TCP.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { start, without } from '../cli/slipway.js';
import { openTab, PATIENCE_MS, shareBrowserAndPage, show } from './open-page.js';

const shared = shareBrowserAndPage();

/** Puts a port into the page that hands its octets to this process, and gives the page what this process has for it. */
async function fakePort(tab: Page, toBoard: (octets: Buffer) => void): Promise<(octets: Buffer) => Promise<void>> {
  await tab.exposeFunction('serialWritten', (text: string) => toBoard(Buffer.from(text, 'base64')));
  await tab.addInitScript(() => {
    const page = globalThis as unknown as {
      serialWritten: (text: string) => Promise<void>;
      serialArrived: (text: string) => void;
    };
    const port = {
      readable: null as ReadableStream<Uint8Array> | null,
      writable: null as WritableStream<Uint8Array> | null,
      baudRate: 0,
      open: ({ baudRate }: { baudRate: number }) => {
        port.baudRate = baudRate;
        port.readable = new ReadableStream({
          start: (controller) => {
            page.serialArrived = (text) =>
              controller.enqueue(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)));
          },
        });
        port.writable = new WritableStream({
          write: (octets) => page.serialWritten(btoa(String.fromCharCode(...octets))),
        });
        return Promise.resolve();
      },
      close: () => Promise.resolve(),
    };
    Object.defineProperty(navigator, 'serial', { value: { requestPort: () => Promise.resolve(port) } });
  });
  return (octets) =>
    tab.evaluate(
      (text) => (globalThis as unknown as { serialArrived: (text: string) => void }).serialArrived(text),
      octets.toString('base64'),
    );
}

test(
  'a tab with a serial port fetches the page of slipway board and draws its ladder',
  { skip: without('chromium') },
  async (t) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'slipway-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const place = path.join(folder, 'board');
    start(t, ['board', '--link', `unix:${place}`, '--app', 'http', '--msl', '50ms']);
    const socket = await connected(place);
    t.after(() => socket.destroy());

    const opened = shared();
    const tab = await openTab(t, opened);
    const arrive = await fakePort(tab, (octets) => socket.write(octets));
    await show(tab, opened.url, 'three-way-handshake');
    socket.on('data', (octets: Buffer) => void arrive(octets).catch(() => undefined));

    const wire = tab.locator('.real-wire');
    await wire.locator('.connect').click();
    await wire.locator('.fetch').click();
    await wire.getByText('HTTP/1.1 200 OK').first().waitFor();
    const answer = (await wire.locator('.answer').textContent()) ?? '';
    assert.match(answer, /<html|<!doctype/i);

    // The ladder: three segments open it, the request goes in one, FINs close it, and the board's states are marked.
    await wire.locator('.as-table tbody tr', { hasText: 'FIN' }).first().waitFor({ state: 'attached' });
    const rows = await wire
      .locator('.as-table tbody tr')
      .evaluateAll((found) =>
        found.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent ?? '')),
      );
    assert.deepEqual(
      rows
        .slice(0, 3)
        .map(([, laptop, direction, flags = '', , , , , atBoard]) => [
          laptop,
          direction,
          flags.replace('PSH-', ''),
          atBoard,
        ]),
      [
        ['SYN-SENT', '→', 'SYN', ''],
        ['ESTABLISHED', '←', 'SYN-ACK', '~SYN-RECEIVED'],
        ['ESTABLISHED', '→', 'ACK', '~ESTABLISHED'],
      ],
    );
    await wire.locator('.disconnect').click();
    await wire.locator('.connect').waitFor();
  },
);

/** The board listens at its place as soon as it is ready. */
async function connected(place: string): Promise<ReturnType<typeof connect>> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const socket = connect(place);
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    if (isOpen) return socket;
    if (Date.now() > end) throw new Error(`Nobody listens at ${place}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
