/** What is known of one field of a kind of object: the editor asks, whoever holds the API's schema answers. */
export interface FieldDescription {
  /** `string`, `integer`, `boolean`, `object`, `array`, `map`, `IntOrString` … */
  readonly type: string;
  readonly required?: boolean;
  /** One or two sentences, in the schema's own English. */
  readonly doc?: string;
  /** The only values it may have. */
  readonly values?: readonly string[];
  /** Of an object, or of the items of an array of objects. */
  readonly properties?: readonly {
    readonly name: string;
    readonly type: string;
    readonly required?: boolean;
    readonly doc?: string;
  }[];
}

/** A field of a kind. `path` has a name for each step down, `[]` for an item of a list; empty: the object itself. */
export interface FieldQuery {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly path: readonly string[];
}

export type DescribeField = (query: FieldQuery) => Promise<FieldDescription | undefined>;
