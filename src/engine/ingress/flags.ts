import { type ClassOptions, DEFAULT_CLASS } from './select-ingresses.ts';

/** What the controller's command line says, as far as it shows (pkg/flags/flags.go, v1.15). */
export interface ControllerFlags {
  readonly classes: ClassOptions;
  readonly httpPort: number;
  readonly httpsPort: number;
  readonly healthPort: number;
  /** `namespace/name` of the Service whose address the Ingresses get. */
  readonly publishService?: string;
  readonly defaultBackendService?: string;
  /** Only this namespace's Ingresses. */
  readonly watchNamespace?: string;
}

/** Reads `--name=value` and `--name value`; a flag that is not known here changes nothing. */
export function parseFlags(words: readonly string[]): ControllerFlags {
  const values = new Map<string, string>();
  for (const [index, word] of words.entries()) {
    const match = /^--([a-z-]+)(?:=(.*))?$/s.exec(word);
    if (!match) continue;
    const next = words[index + 1];
    values.set(match[1]!, match[2] ?? (next === undefined || next.startsWith('--') ? 'true' : next));
  }
  const port = (name: string, fallback: number) => Number(values.get(name)) || fallback;
  const publishService = values.get('publish-service');
  const defaultBackendService = values.get('default-backend-service');
  const watchNamespace = values.get('watch-namespace');
  return {
    classes: {
      controller: values.get('controller-class') ?? DEFAULT_CLASS.controller,
      annotation: values.get('ingress-class') ?? DEFAULT_CLASS.annotation,
      withoutClass: values.get('watch-ingress-without-class') === 'true',
    },
    httpPort: port('http-port', 80),
    httpsPort: port('https-port', 443),
    healthPort: port('healthz-port', 10254),
    ...(publishService && { publishService }),
    ...(defaultBackendService && { defaultBackendService }),
    ...(watchNamespace && { watchNamespace }),
  };
}
