// What a scenario is: two real cores, a wire between them, and a list of acts. Nothing of it is recorded; the segments are
// whatever the cores make of the acts.
import type { Configuration } from '../configuration.js';
import type { End } from '../trace/event.js';
import type { World } from './world.js';

export type Language = 'en' | 'zh';

/** The same words in each language. */
export type Text = Readonly<Record<Language, string>>;

export const GROUPS = ['opening', 'data', 'closing', 'trouble', 'attack'] as const;

export type Group = (typeof GROUPS)[number];

export interface Scenario {
  /** As it is typed and linked to: three-way-handshake. */
  name: string;
  group: Group;
  title: Text;
  /** Plain words: what happens, why, and what to look at. */
  text: Text;
  /** Where the standard says so. */
  rfc: string;
  setting?: Setting;
  acts: readonly Act[];
}

/** How the world is before the first act. */
export interface Setting {
  /** ms from one end to the other; 50 when absent. */
  delayMs?: number;
  laptop?: Configuration;
  board?: Configuration;
  /** What listens: the board on port 80 when absent. */
  listens?: 'board' | 'nobody';
  /** Ends whose application does not read on its own. */
  slowReader?: End;
  /** Whose application closes in the very moment in which it reads the end of the stream. */
  closesAtEnd?: End;
}

/** What a user, the cable or an attacker does. */
export interface Act {
  /** Told beside the ladder when it happens. */
  says: Text;
  /** Whose act it is; absent: the cable's or an attacker's. */
  end?: End;
  /** It waits until this holds. */
  when?: (world: World) => boolean;
  /** ms that it waits behind that, or behind the act before. */
  after?: number;
  run: (world: World) => void;
}
