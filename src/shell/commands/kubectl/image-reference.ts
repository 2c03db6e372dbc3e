const DOMAIN =
  /(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*(?::\d+)?\/)?/;
const PART = /[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*/;
const REFERENCE = new RegExp(
  `^${DOMAIN.source}${PART.source}(?:\\/${PART.source})*(?::\\w[\\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*:[0-9a-fA-F]{32,})?$`,
);

/** Whether a text can be an image's name (distribution/reference): `gcr.io/google-samples/hello-app:1.0`. */
export function isImageReference(text: string): boolean {
  return REFERENCE.test(text);
}
