/** One field's error, worded as k8s.io/apimachinery/pkg/util/validation/field does. */
export interface FieldError {
  /** `FieldValueInvalid`, `FieldValueRequired`, … as in a Status's causes. */
  readonly reason: string;
  /** `spec.ports[0].port` */
  readonly field: string;
  /** The whole message of this field, without the field's own path in front. */
  readonly message: string;
}

export type StatusReason =
  /** Nothing more is known: a plain error of the server's. */
  | ''
  | 'AlreadyExists'
  | 'BadRequest'
  | 'Conflict'
  | 'Expired'
  | 'Forbidden'
  | 'InternalError'
  | 'Invalid'
  | 'MethodNotAllowed'
  | 'NotFound'
  | 'UnsupportedMediaType';

/** A `v1.Status` that says why the API server did not do what was asked (apimachinery/pkg/api/errors). */
export interface Status {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly status: 'Failure';
  /** HTTP status: 400, 403, 404, 409, 422 … */
  readonly code: number;
  readonly reason: StatusReason;
  /** The server's own sentence, in English, as the real API server words it. */
  readonly message: string;
  readonly details?: {
    readonly name?: string;
    readonly group?: string;
    readonly kind?: string;
    readonly causes?: readonly FieldError[];
  };
}
