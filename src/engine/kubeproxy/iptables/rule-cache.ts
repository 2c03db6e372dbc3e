import type { ServiceFacts } from '../service-facts.ts';
import { createFactsCache, type FactsOf } from '../service-facts.ts';
import type { ServicePortRules } from './service-port-rules.ts';

/** How a proxy is set, as far as it shows in its rules: proxies that are set alike have the same one. */
export interface RuleSettings {
  readonly largeCluster: boolean;
  /** Of Services whose rules are the same on every node. */
  readonly rules: WeakMap<ServiceFacts, readonly ServicePortRules[]>;
  /** Texts that were written lately, by what they are of. */
  readonly texts: Map<string, readonly string[]>;
}

/**
 * Remembers what was worked out for a Service, so that a hundred nodes' proxies in one memory do it once. Purely a
 * saving: objects never change once they are stored, so neither does what follows from them.
 */
export interface RuleCache {
  settings(description: string, largeCluster: boolean): RuleSettings;
  readonly factsOf: FactsOf;
}

/** Nodes sync at nearly the same time: a few texts are enough. */
const TEXTS_KEPT = 4;

/** The text that was written for the key, if it was written lately. */
export function sharedText(
  { texts }: RuleSettings,
  key: string,
  write: () => readonly string[],
): readonly string[] {
  const known = texts.get(key);
  if (known) return known;
  const text = write();
  texts.set(key, text);
  const [oldest] = texts.keys();
  if (texts.size > TEXTS_KEPT && oldest !== undefined) texts.delete(oldest);
  return text;
}

export function createRuleCache(): RuleCache {
  const settings = new Map<string, RuleSettings>();
  return {
    settings(description, largeCluster) {
      const key = `${description} ${largeCluster}`;
      const found = settings.get(key) ?? { largeCluster, rules: new WeakMap(), texts: new Map() };
      settings.set(key, found);
      return found;
    },
    factsOf: createFactsCache(),
  };
}
