import type { Capabilities } from '../capabilities.js';

const resizeIt = 'spark-dev cluster resize --provider docker-desktop --memory 8g --dry-run';

export const desktopCapabilities: Capabilities = {
  name: 'docker-desktop',
  title: 'Docker Desktop',
  tools: ['skaffold', 'kubectl'],
  isMadeByUs: false,
  isShared: false,
  detectMinikube: false,
  ownDashboard: 'Docker Desktop 4.51 and newer has its own view of the cluster: Dashboard, Kubernetes',
  cannot: {
    stop: {
      why: "Docker Desktop's Kubernetes stops only together with Docker Desktop and all its other containers.",
      fix: [
        'docker desktop stop   # all of Docker Desktop',
        'Only Kubernetes: Docker Desktop → Settings → Kubernetes → clear Enable Kubernetes',
      ],
    },
    delete: {
      why: "Docker Desktop's Kubernetes is yours, and may hold more than what spark-dev created.",
      fix: [
        'spark-dev uninstall --dry-run   # only what spark-dev created',
        'Everything: Docker Desktop → Settings → Kubernetes → Reset Kubernetes Cluster',
      ],
    },
    grow: {
      why: 'Docker Desktop changes its size only on restart, which stops all containers.',
      fix: [resizeIt, 'Run a smaller job: --executor-memory, --num-executors, or --fit shrink'],
    },
    recreate: {
      why: "Docker Desktop's Kubernetes is yours, so spark-dev does not delete and recreate it.",
      fix: [resizeIt, 'Docker Desktop → Settings → Kubernetes → Reset Kubernetes Cluster'],
    },
    pull: {
      why: 'Docker Desktop includes everything its Kubernetes needs, and init builds the Spark image in its Docker.',
      fix: ['spark-dev init --provider docker-desktop', 'spark-dev images build spark'],
    },
  },
};
