import { type ApiClient, createInformer } from '../apiserver/index.ts';
import { serviceEnvironment } from './environment.ts';

type Variables = Readonly<Record<string, string>>;

export interface ServiceLinks {
  /** The variables of a namespace's Services and of the API server's; `all` false: of the API server's alone. */
  of(namespace: string, all: boolean): Variables;
  stop(): void;
}

/** The variables of Services, worked out once for each namespace and change (getServiceEnvVarMap, pkg/kubelet/kubelet_pods.go). */
export function createServiceLinks(api: ApiClient): ServiceLinks {
  const known = new Map<string, Variables>();
  const forget = ({
    metadata,
  }: {
    readonly metadata: { readonly name: string; readonly namespace?: string };
  }) => {
    // The API server's own Service is part of every namespace's variables.
    if (metadata.namespace === 'default' && metadata.name === 'kubernetes') known.clear();
    else known.delete(metadata.namespace ?? '');
  };
  const services = createInformer(api, 'services', {
    added: forget,
    updated: (_, now) => forget(now),
    deleted: forget,
  });
  const compute = (namespace: string | undefined): Variables => {
    const apiServer = services.get('default', 'kubernetes');
    const own =
      namespace === undefined ? [] : services.list(namespace).filter((service) => service !== apiServer);
    return serviceEnvironment([...(apiServer ? [apiServer] : []), ...own]);
  };
  return {
    of(namespace, all) {
      const key = all ? namespace : '';
      const variables = known.get(key) ?? compute(all ? namespace : undefined);
      known.set(key, variables);
      return variables;
    },
    stop: services.stop,
  };
}
