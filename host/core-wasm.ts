// What slipway/core.wasm exports, for those who import it as the ES module that it is: it asks for no imports, so that
// `import * as core from 'slipway/core.wasm'` is all that it takes where the runtime or the bundler knows how. docs/abi.md says
// what each is for; Core of slipway/web gives the same calls with their errors and records in words.
import type { CoreCalls } from './core.js';

/** The linear memory, in which every address lies. It never grows. */
export declare const memory: WebAssembly.Memory;

/** An address or a size in octets: the number itself where the runtime unwraps constants, else a global that holds it. */
export type Constant = number | WebAssembly.Global;

export declare const abi: Constant;
export declare const rx: Constant;
export declare const tx: Constant;
export declare const mtu: Constant;
export declare const serialRx: Constant;
export declare const serialTx: Constant;
export declare const serialChunk: Constant;
export declare const connections: Constant;
export declare const listeners: Constant;
export declare const udpEndpoints: Constant;
export declare const synQueue: Constant;
export declare const timeWaits: Constant;
export declare const sendRing: Constant;
export declare const receiveRing: Constant;
export declare const record: Constant;
export declare const datagram: Constant;
export declare const __heap_base: Constant;
export declare const __data_end: Constant;

export declare const start: CoreCalls['start'];
export declare const rekey: CoreCalls['rekey'];
export declare const configure: CoreCalls['configure'];
export declare const input: CoreCalls['input'];
export declare const output: CoreCalls['output'];
export declare const serialInput: CoreCalls['serialInput'];
export declare const serialOutput: CoreCalls['serialOutput'];
export declare const deadline: CoreCalls['deadline'];
export declare const listen: CoreCalls['listen'];
export declare const accept: CoreCalls['accept'];
export declare const open: CoreCalls['open'];
export declare const request: CoreCalls['request'];
export declare const admit: CoreCalls['admit'];
export declare const refuse: CoreCalls['refuse'];
export declare const sendRoom: CoreCalls['sendRoom'];
export declare const sendAt: CoreCalls['sendAt'];
export declare const send: CoreCalls['send'];
export declare const receiveReady: CoreCalls['receiveReady'];
export declare const receiveAt: CoreCalls['receiveAt'];
export declare const receive: CoreCalls['receive'];
export declare const shutdown: CoreCalls['shutdown'];
export declare const close: CoreCalls['close'];
export declare const abort: CoreCalls['abort'];
export declare const status: CoreCalls['status'];
export declare const changed: CoreCalls['changed'];
export declare const events: CoreCalls['events'];
export declare const error: CoreCalls['error'];
export declare const option: CoreCalls['option'];
export declare const info: CoreCalls['info'];
export declare const list: CoreCalls['list'];
export declare const counter: CoreCalls['counter'];
export declare const udpOpen: CoreCalls['udpOpen'];
export declare const udpSend: CoreCalls['udpSend'];
export declare const udpReceive: CoreCalls['udpReceive'];
export declare const udpClose: CoreCalls['udpClose'];
export declare const ping: CoreCalls['ping'];
export declare const pong: CoreCalls['pong'];
