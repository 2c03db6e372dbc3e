import type { Flag } from '../../process.ts';

/** jq's flags. */
export const FLAGS: readonly Flag[] = [
  { name: 'raw-output', short: 'r', help: 'Strings without their quotes' },
  { name: 'join-output', short: 'j', help: 'The same, without line ends' },
  { name: 'compact-output', short: 'c', help: 'Each value on one line' },
  { name: 'null-input', short: 'n', help: 'Read nothing: the input is null' },
  { name: 'slurp', short: 's', help: 'All values of the input as one array' },
  { name: 'raw-input', short: 'R', help: 'Each line of the input is a string' },
  { name: 'sort-keys', short: 'S', help: 'Keys in order' },
  { name: 'exit-status', short: 'e', help: 'Status 1 when the last value is null or false' },
  { name: 'tab', help: 'Indent with tabs' },
  { name: 'indent', value: 'N', type: 'int', help: 'Indent by so many blanks' },
  { name: 'color-output', short: 'C', help: 'With colours (not simulated)' },
  { name: 'monochrome-output', short: 'M', help: 'Without colours' },
];
