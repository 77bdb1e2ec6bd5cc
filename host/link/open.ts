import type { Link } from './link.js';
import { openSerial } from './serial.js';
import { acceptStream, openStream, streamName } from './stream.js';
import { openTun } from './tun.js';
import type { LinkSpec } from './url.js';

/** Opens what a URL names, except an emulated link, which needs a board to be emulated at its other end. */
export async function openLink(spec: Exclude<LinkSpec, { scheme: 'emulated' }>): Promise<Link> {
  switch (spec.scheme) {
    case 'slip':
      return openSerial(spec.path, spec);
    case 'tun':
      return openTun(spec);
    case 'stream':
      return (spec.isListening ? acceptStream(spec.address) : openStream(spec.address)).catch((cause: unknown) => {
        const { code } = cause as NodeJS.ErrnoException;
        const advice = spec.isListening
          ? 'cannot be listened on; choose another'
          : 'cannot be reached; start its other side first';
        throw Object.assign(new Error(`${streamName(spec.address)} ${advice} (${code ?? String(cause)}).`, { cause }), {
          code,
        });
      });
  }
}
