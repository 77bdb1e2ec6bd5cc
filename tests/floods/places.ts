/** 192.0.2.1 and 192.0.2.2: addresses for documentation (RFC 5737). */
export const SERVER = 0xc0000201;
export const CLIENT = 0xc0000202;
export const PORT = 80;
