import { configMapGenerator, secretGenerator } from './create/config.ts';
import { deploymentGenerator } from './create/deployment.ts';
import { type Generator, made } from './create/generator.ts';
import { ingressGenerator } from './create/ingress.ts';
import { jobGenerator } from './create/job.ts';
import { serviceGenerator } from './create/service.ts';
import { UNSERVED_GENERATORS } from './create/unserved.ts';

const namespace: Generator = {
  name: 'namespace',
  aliases: ['ns'],
  resource: 'namespaces',
  failing: '',
  usage: 'namespace NAME',
  summary: 'Create a namespace',
  flags: [],
  examples: ['kubectl create namespace hello-namespace'],
  generate: (_, name) =>
    made({ apiVersion: 'v1', kind: 'Namespace', metadata: { name }, spec: {}, status: {} }),
};

const serviceAccount: Generator = {
  name: 'serviceaccount',
  aliases: ['sa'],
  resource: 'serviceaccounts',
  usage: 'serviceaccount NAME',
  summary: 'Create a ServiceAccount',
  flags: [],
  examples: ['kubectl create serviceaccount robot'],
  generate: (_, name) => made({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } }),
};

/** `kubectl create KIND`. */
export const GENERATORS: readonly Generator[] = [
  configMapGenerator,
  deploymentGenerator,
  ingressGenerator,
  jobGenerator,
  namespace,
  secretGenerator,
  serviceGenerator,
  serviceAccount,
  ...UNSERVED_GENERATORS,
];
