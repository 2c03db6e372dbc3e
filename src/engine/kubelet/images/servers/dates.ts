const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `01/Jan/2026:00:00:05 +0000`: the date of the common log format. */
export function commonLogDate(epochMs: number): string {
  const iso = new Date(epochMs).toISOString();
  return `${iso.slice(8, 10)}/${MONTHS[Number(iso.slice(5, 7)) - 1]}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
}

/** `2026/01/01 00:00:05`: the date of nginx's error log and of Go's log package. */
export function slashDate(epochMs: number): string {
  const iso = new Date(epochMs).toISOString();
  return `${iso.slice(0, 10).replaceAll('-', '/')} ${iso.slice(11, 19)}`;
}

/** `Thu, 01 Jan 2026 00:00:05 GMT`: HTTP's Date header. */
export function httpDate(epochMs: number): string {
  return new Date(epochMs).toUTCString();
}

/** `2026-01-01 00:00:05.000`, as databases print it. */
export function isoDate(epochMs: number, digits = 3): string {
  const iso = new Date(epochMs).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, digits > 0 ? 20 + digits : 19)}`;
}
