import type { Capabilities } from '../capabilities.js';

export const minikubeCapabilities: Capabilities = {
  name: 'minikube',
  title: 'minikube',
  tools: ['minikube', 'skaffold', 'kubectl'],
  isMadeByUs: true,
  isShared: false,
  detectMinikube: true,
  cannot: {},
};
