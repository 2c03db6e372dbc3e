/**
 * Resource quantities (k8s.io/apimachinery/pkg/api/resource): `100m`, `1.5`, `64Mi`, `1e3`. Exact: a quantity is a
 * whole number of nano-units.
 */
export interface Quantity {
  readonly nanos: bigint;
  readonly format: 'DecimalSI' | 'BinarySI' | 'DecimalExponent';
}

/** The real server's complaint about a text that is no quantity. */
export const QUANTITY_FORMAT_MESSAGE =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const QUANTITY_SUFFIX_MESSAGE = "unable to parse quantity's suffix";

const NANO = 1_000_000_000n;
const DECIMAL_SUFFIXES: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};
const BINARY_SUFFIXES: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };
/** Beyond this many digits a text is not a quantity that anyone meant, and arithmetic on it only costs time. */
const MAX_DIGITS = 200;
const MAX_NANOS = 9_223_372_036_854_775_807n * NANO;

/** Parses a quantity; a text that is none gives the real server's complaint. */
export function parseQuantity(
  text: string,
): { readonly ok: true; readonly quantity: Quantity } | { readonly ok: false; readonly message: string } {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:([eE][+-]?\d+)|([A-Za-z]*))$/.exec(text);
  if (!match) return { ok: false, message: QUANTITY_FORMAT_MESSAGE };
  const [, sign, whole = '', fraction, exponentText, suffix = ''] = match;
  if (text === '') return { ok: false, message: QUANTITY_FORMAT_MESSAGE };
  if (whole.length + (fraction?.length ?? 0) > MAX_DIGITS)
    return { ok: false, message: QUANTITY_FORMAT_MESSAGE };
  let exponent = 0;
  let binary = 0;
  let format: Quantity['format'] = 'DecimalSI';
  if (exponentText !== undefined) {
    exponent = Number(exponentText.slice(1));
    format = 'DecimalExponent';
    if (Math.abs(exponent) > MAX_DIGITS) return { ok: false, message: QUANTITY_SUFFIX_MESSAGE };
  } else if (Object.hasOwn(DECIMAL_SUFFIXES, suffix)) {
    exponent = DECIMAL_SUFFIXES[suffix]!;
  } else if (Object.hasOwn(BINARY_SUFFIXES, suffix)) {
    binary = BINARY_SUFFIXES[suffix]!;
    format = 'BinarySI';
  } else {
    // The scanner only takes suffixes made of these letters; any other letter breaks the form of the whole.
    return {
      ok: false,
      message: /^[eEinumkKMGTP]*$/.test(suffix) ? QUANTITY_SUFFIX_MESSAGE : QUANTITY_FORMAT_MESSAGE,
    };
  }
  const digits = BigInt(`${whole}${fraction ?? ''}` || '0') << BigInt(binary);
  const scale = 9 + exponent - (fraction?.length ?? 0);
  let nanos = scale >= 0 ? digits * 10n ** BigInt(scale) : divideUp(digits, 10n ** BigInt(-scale));
  if (nanos > MAX_NANOS) nanos = MAX_NANOS;
  return { ok: true, quantity: { nanos: sign === '-' ? -nanos : nanos, format } };
}

/** The quantity of a text that the API server has already accepted; anything else counts as zero. */
export function quantityOf(text: string | number | undefined): Quantity {
  const parsed = text === undefined ? undefined : parseQuantity(String(text));
  return parsed?.ok ? parsed.quantity : { nanos: 0n, format: 'DecimalSI' };
}

/** Thousandths, rounded up: how CPU is counted. */
export function milliValue(quantity: Quantity): number {
  return Number(divideAwayFromZero(quantity.nanos, 1_000_000n));
}

/** Whole units, rounded up: how memory is counted, in bytes. */
export function wholeValue(quantity: Quantity): number {
  return Number(divideAwayFromZero(quantity.nanos, NANO));
}

export function addQuantities(left: Quantity, right: Quantity): Quantity {
  return { nanos: left.nanos + right.nanos, format: left.nanos === 0n ? right.format : left.format };
}

/** Negative, zero or positive, as sort() wants it. */
export function compareQuantities(left: Quantity, right: Quantity): number {
  return left.nanos < right.nanos ? -1 : left.nanos > right.nanos ? 1 : 0;
}

/** The canonical text: the largest suffix that leaves no fraction (Quantity.String). `1024Mi` is `1Gi`, `0.1` is `100m`. */
export function formatQuantity(quantity: Quantity): string {
  const { nanos } = quantity;
  if (nanos === 0n) return '0';
  const sign = nanos < 0n ? '-' : '';
  const size = nanos < 0n ? -nanos : nanos;
  if (quantity.format === 'BinarySI' && size % NANO === 0n && size >= 1024n * NANO) {
    let value = size / NANO;
    let suffix = '';
    for (const name of Object.keys(BINARY_SUFFIXES)) {
      if (value % 1024n !== 0n) break;
      value /= 1024n;
      suffix = name;
    }
    return `${sign}${value}${suffix}`;
  }
  let value = size;
  let exponent = -9;
  while (value % 1000n === 0n && exponent < 18) {
    value /= 1000n;
    exponent += 3;
  }
  if (quantity.format === 'DecimalExponent') return `${sign}${value}${exponent === 0 ? '' : `e${exponent}`}`;
  const suffix = Object.keys(DECIMAL_SUFFIXES).find((name) => DECIMAL_SUFFIXES[name] === exponent)!;
  return `${sign}${value}${suffix}`;
}

function divideUp(value: bigint, by: bigint): bigint {
  return (value + by - 1n) / by;
}

function divideAwayFromZero(value: bigint, by: bigint): bigint {
  return value < 0n ? -divideUp(-value, by) : divideUp(value, by);
}
