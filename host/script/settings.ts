import { Config } from '../../assembly/numbers.js';
import { tryParseAddress } from '../address.js';
import { UnsupportedStatement } from './failure.js';
import type { Addresses } from './peers.js';
import type { ScriptOption } from './syntax.js';

/** What the `--option` lines of a script ask for. */
export interface Settings {
  toleranceMicroseconds: number;
  /** Or this share of the time since the statement before, if that is more. */
  tolerancePercent: number;
  addresses: Addresses;
  /** configure() calls made before the first statement. */
  configuration: readonly (readonly [name: number, value: number])[];
  /** Microseconds of one timestamp tick. */
  timestampTick: number;
  /** What our initial sequence number should be, or a little less. */
  iss: number | undefined;
  /** What the core's clock shows at the beginning, ms. */
  origin: number;
  /** The profile that the script is about; undefined: whichever the command tests. */
  profile: string | undefined;
}

/** packetdrill's own defaults, but for the tolerance: virtual time needs no more than the core's millisecond. */
const DEFAULT_TOLERANCE = 4000;
const LOCAL = 0xc0a80001; // 192.168.0.1
const REMOTE = 0xc0000201; // 192.0.2.1
const PORT = 8080;
const TICK = 1000;
/** Not 0, so that a core that takes 0 for "never" is found out. */
const ORIGIN = 1_000_000;

/** Options that say how packetdrill itself is to run. mss is among them: by it a kernel's joined segments are cut. */
const WITHOUT_MEANING = new Set([
  'gateway_ip',
  'netmask_ip',
  'speed',
  'mss',
  'verbose',
  'debug',
  'send_omit_free',
  'init_scripts',
]);

export function readSettings(options: readonly ScriptOption[]): Settings {
  const settings: Settings = {
    toleranceMicroseconds: DEFAULT_TOLERANCE,
    tolerancePercent: 0,
    addresses: { local: LOCAL, remote: REMOTE, bindPort: PORT, connectPort: PORT },
    configuration: [],
    timestampTick: TICK,
    iss: undefined,
    origin: ORIGIN,
    profile: undefined,
  };
  for (const option of options) apply(settings, option);
  return settings;
}

function apply(settings: Settings, option: ScriptOption): void {
  const { name, value } = option;
  const { addresses } = settings;
  const configure = (config: number, number: number): void => {
    settings.configuration = [...settings.configuration, [config, number]];
  };
  if (name === 'ip_version' && value === 'ipv4') return;
  if (WITHOUT_MEANING.has(name)) return;
  if (name === 'tolerance_usecs') settings.toleranceMicroseconds = number(option);
  else if (name === 'tolerance_percent') settings.tolerancePercent = number(option);
  else if (name === 'local_ip') addresses.local = address(option);
  else if (name === 'remote_ip') addresses.remote = address(option);
  else if (name === 'bind_port') addresses.bindPort = number(option);
  else if (name === 'connect_port') addresses.connectPort = number(option);
  else if (name === 'mtu') configure(Config.MTU, number(option));
  else if (name === 'tcp_ts_tick_usecs') settings.timestampTick = number(option);
  else if (name === 'iss') settings.iss = number(option);
  else if (name === 'origin') settings.origin = number(option);
  else if (name === 'profile') settings.profile = value;
  else if (name === 'config') for (const [config, count] of configurations(option)) configure(config, count);
  else throw new UnsupportedStatement(option.line, `the option --${name}=${value}`);
}

/** `MSL=1000,DELAYED_ACK=0`: names of Config in assembly/numbers.ts. */
function* configurations(option: ScriptOption): Generator<[number, number]> {
  const names: Readonly<Record<string, number>> = Config;
  for (const pair of option.value.split(',')) {
    const [name = '', value = ''] = pair.split('=');
    const config = names[name];
    if (config === undefined || !/^\d+$/.test(value)) {
      throw new UnsupportedStatement(option.line, `the setting '${pair}', which assembly/numbers.ts does not have`);
    }
    yield [config, Number(value)];
  }
}

function number(option: ScriptOption): number {
  if (/^\d+$/.test(option.value)) return Number(option.value);
  throw new UnsupportedStatement(option.line, `the option --${option.name}=${option.value}, not a number`);
}

function address(option: ScriptOption): number {
  const parsed = tryParseAddress(option.value);
  if (parsed === undefined)
    throw new UnsupportedStatement(option.line, `--${option.name}=${option.value}, not an address`);
  return parsed;
}
