export const mainExamples = `Examples:
  spark-dev run sparkpi        Spark at once, embedded: no cluster needed
  spark-dev init --yes         a real local Kubernetes; the same run then goes there
  spark-dev run sparkpi        … through Skaffold, with its pods and its UI
  spark-dev doctor             what is missing on this machine, and how to get it
  spark-dev down               stop the cluster, keep its data
`;
