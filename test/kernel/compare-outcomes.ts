import type { Prediction } from './predict.ts';
import { describe, describeProbe, type Observed, type Probe } from './probe.ts';

/** Each probe's outcome must be one of those predicted; with session affinity all of a client's must be the same one. */
export function compareOutcomes(
  probes: readonly Probe[],
  predicted: ReadonlyMap<number, Prediction>,
  real: ReadonlyMap<number, Observed>,
  sticky: (probe: Probe) => boolean,
): string[] {
  const differences: string[] = [];
  const first = new Map<string, string>();
  for (const probe of probes) {
    const name = describeProbe(probe);
    const { outcomes, broken } = predicted.get(probe.id)!;
    for (const problem of broken) differences.push(`${name}: a trace breaks its invariants: ${problem}`);
    const came = cameOf(real, probe);
    if (!outcomes.has(came))
      differences.push(`${name}: predicted ${[...outcomes.keys()].join(' or ')}, really ${came}`);
    if (!sticky(probe)) continue;
    const before = first.get(name) ?? came;
    first.set(name, before);
    if (before !== came) differences.push(`${name}: does not stick: first ${before}, then ${came}`);
  }
  return differences;
}

export function wasForeseen(
  predicted: ReadonlyMap<number, Prediction>,
  real: ReadonlyMap<number, Observed>,
  probe: Probe,
): boolean {
  return predicted.get(probe.id)!.outcomes.has(cameOf(real, probe));
}

function cameOf(real: ReadonlyMap<number, Observed>, probe: Probe): string {
  const observed = real.get(probe.id);
  return observed ? describe(observed) : 'nothing';
}
