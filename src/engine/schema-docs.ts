/** What each field is for, in a sentence, by type and field name: `docs.ServiceSpec.clusterIP`. */
export type SchemaDocs = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Loads the fields' documentation: 35 kB that only completion and `kubectl explain` need. */
export async function loadSchemaDocs(): Promise<SchemaDocs> {
  return (await import('./api/schema-docs.json', { with: { type: 'json' } })).default;
}
