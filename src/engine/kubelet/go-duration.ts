/** A duration as Go prints it: `1.5s`, `10s`, `1m20s`, `5m0s`, `612.5ms`. */
export function goDuration(milliseconds: number): string {
  if (milliseconds === 0) return '0s';
  if (milliseconds < 1000) return `${round(milliseconds)}ms`;
  const minutes = Math.floor(milliseconds / 60_000);
  const seconds = round((milliseconds % 60_000) / 1000);
  if (minutes === 0) return `${seconds}s`;
  const hours = Math.floor(minutes / 60);
  return hours === 0 ? `${minutes}m${seconds}s` : `${hours}h${minutes % 60}m${seconds}s`;
}

function round(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
