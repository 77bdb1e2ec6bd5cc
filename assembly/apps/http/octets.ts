// The octets that HTTP's grammar gives a meaning.

export namespace Octet {
  export const HTAB: u32 = 0x09;
  export const LF: u32 = 0x0a;
  export const CR: u32 = 0x0d;
  export const SPACE: u32 = 0x20;
  export const HASH: u32 = 0x23;
  export const COMMA: u32 = 0x2c;
  export const DOT: u32 = 0x2e;
  export const SLASH: u32 = 0x2f;
  export const ZERO: u32 = 0x30;
  export const COLON: u32 = 0x3a;
  export const SEMICOLON: u32 = 0x3b;
  export const QUESTION_MARK: u32 = 0x3f;
  export const DELETE: u32 = 0x7f;
}

/** Whether an octet may stand in a method or a field's name: tchar of RFC 9110 section 5.6.2. */
export function isTokenOctet(octet: u32): bool {
  const letter = octet | 0x20;
  if ((letter >= 0x61 && letter <= 0x7a) || (octet >= 0x30 && octet <= 0x39)) return true;
  switch (octet) {
    case 0x21: // !
    case 0x23: // #
    case 0x24: // $
    case 0x25: // %
    case 0x26: // &
    case 0x27: // '
    case 0x2a: // *
    case 0x2b: // +
    case 0x2d: // -
    case 0x2e: // .
    case 0x5e: // ^
    case 0x5f: // _
    case 0x60: // `
    case 0x7c: // |
    case 0x7e: // ~
      return true;
    default:
      return false;
  }
}

export function isBlank(octet: u32): bool {
  return octet == Octet.SPACE || octet == Octet.HTAB;
}

export function lowerCase(octet: u32): u32 {
  return octet >= 0x41 && octet <= 0x5a ? octet | 0x20 : octet;
}

/** The value of a hexadecimal digit, or -1. */
export function hexadecimalValue(octet: u32): i32 {
  if (octet - Octet.ZERO < 10) return <i32>(octet - Octet.ZERO);
  const letter = octet | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? <i32>letter - 0x57 : -1;
}
