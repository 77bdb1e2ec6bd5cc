import { serveControl, type Controlled } from '../control/server.js';
import { say } from './terminal.js';

/** Lets netstat, capture, ladder, monitor and Wireshark look at a link of this process. Without that it is still a link. */
export async function showLink(controlled: Controlled): Promise<() => Promise<void>> {
  try {
    const { close } = await serveControl(controlled);
    return close;
  } catch (error) {
    say(`Nobody else can look at ${controlled.link}: ${(error as Error).message}`);
    return () => Promise.resolve();
  }
}
