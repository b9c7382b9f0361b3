import type { Capabilities } from '../capabilities.js';

const resizeIt = 'spark-dev cluster resize --provider docker-desktop --memory 8g --dry-run';

export const desktopCapabilities: Capabilities = {
  name: 'docker-desktop',
  title: 'Docker Desktop',
  tools: ['skaffold', 'kubectl'],
  isMadeByUs: false,
  isShared: false,
  detectMinikube: false,
  ownDashboard: 'Docker Desktop 4.51 and newer shows its cluster itself: Dashboard, Kubernetes',
  cannot: {
    stop: {
      why: "Docker Desktop's Kubernetes stops with Docker Desktop, and all other containers with it.",
      fix: [
        'docker desktop stop   # all of Docker Desktop',
        'Kubernetes alone: Docker Desktop → Settings → Kubernetes → take the tick off Enable Kubernetes',
      ],
    },
    delete: {
      why: "Docker Desktop's Kubernetes is yours, and may hold more than spark-dev put into it.",
      fix: [
        'spark-dev uninstall --dry-run   # what spark-dev itself put into it, and no more',
        'All of it: Docker Desktop → Settings → Kubernetes → Reset Kubernetes Cluster',
      ],
    },
    grow: {
      why: 'Docker Desktop takes another size only with a restart, which ends all containers.',
      fix: [resizeIt, 'Run it with less: --executor-memory, --num-executors, or --fit shrink'],
    },
    recreate: {
      why: "Docker Desktop's Kubernetes is yours, so spark-dev does not make it anew.",
      fix: [resizeIt, 'Docker Desktop → Settings → Kubernetes → Reset Kubernetes Cluster'],
    },
    pull: {
      why: 'Docker Desktop brings what its Kubernetes needs, and init builds the Spark image in its own Docker.',
      fix: ['spark-dev init --provider docker-desktop', 'spark-dev images build spark'],
    },
  },
};
