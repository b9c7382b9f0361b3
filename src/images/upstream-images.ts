import { debianMirrors } from './apt-sources.js';
import { type PlannedImage, imageTar, type DebianRoot } from './recipe.js';

/** A third-party image that we reference ourselves: by a digest confirmed by two independent public sources. */
export interface PinnedImage {
  readonly reference: string;
  /** `owner/repo path@commit` of each source. */
  readonly sources: readonly string[];
}

/** Debian bookworm-slim of 2026-08-03, an index with amd64 and arm64. */
export const debianImage: PinnedImage = {
  reference: 'docker.io/library/debian@sha256:abd67ffcfa541b485a3dff59865ab629aa048a6c613e639d36e7456b0b229241',
  sources: [
    'docker-library/repo-info repos/debian/remote/bookworm-slim.md@05f354f0a08a211fdfed2f21845d1fccd389921d',
    'dude2k/MultiSpeed Dockerfile@aca17df52e34ca8d95491012f0be8e038e3855fe',
  ],
};

/** The node image that minikube 1.38.1 references, by the same digest; we need its name to inspect its volumes. */
export const nodeImage: PinnedImage = {
  reference:
    'gcr.io/k8s-minikube/kicbase:v0.0.50@sha256:eb4fec00e8ad70adf8e6436f195cc429825ffb85f95afcdb5d8d9deb576f3e93',
  sources: [
    'kubernetes/minikube pkg/drivers/kic/types.go@c93a4cb9311efc66b90d33ea03f75f2c4120e9b0',
    'ravenroot-ai/ravenroot scripts/fixtures/kubernetes_runner_acceptance.py@7f3dbc0456d101e2a059e0c60d62aa1c745855ce',
  ],
};

/** The pulled counterpart of the root that mmdebstrap makes; its packages come from Debian's own archive. */
export function planPulledRoot(proxy: string | undefined, dataDirectory: string): DebianRoot {
  const hash = shortDigest(debianImage);
  return {
    suite: 'bookworm',
    sources: { ...debianMirrors, proxy },
    hash,
    reference: debianImage.reference,
    tar: imageTar(dataDirectory, 'debian', hash),
    isPulled: true,
  };
}

/** minikube pulls it; no file of it is ever kept. */
export function planPulledNode(dataDirectory: string): PlannedImage {
  const hash = shortDigest(nodeImage);
  return {
    recipe: { name: 'node', folder: 'node', version: 'v0.0.50', args: {}, files: [] },
    hash,
    reference: nodeImage.reference,
    tar: imageTar(dataDirectory, 'node', hash),
    manifest: '',
  };
}

function shortDigest({ reference }: PinnedImage): string {
  return reference.replace(/^.*@sha256:/, '').slice(0, 12);
}
