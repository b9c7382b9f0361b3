/** A Spark property that an entry has a field for; `isList` values are separated by commas. */
interface PropertyField {
  readonly path: readonly string[];
  readonly isList?: true;
}

const image: PropertyField = { path: ['image'] };
const serviceAccount: PropertyField = { path: ['serviceAccount'] };

export const propertyFields: Readonly<Record<string, PropertyField>> = {
  'spark.app.name': { path: ['name'] },
  'spark.submit.deployMode': { path: ['deployMode'] },
  'spark.kubernetes.namespace': { path: ['namespace'] },
  'spark.kubernetes.authenticate.driver.serviceAccountName': serviceAccount,
  'spark.kubernetes.authenticate.serviceAccountName': serviceAccount,
  'spark.kubernetes.container.image': image,
  'spark.kubernetes.driver.container.image': image,
  'spark.kubernetes.executor.container.image': image,
  'spark.kubernetes.driver.podTemplateFile': { path: ['driver', 'podTemplate'] },
  'spark.kubernetes.executor.podTemplateFile': { path: ['executor', 'podTemplate'] },
  'spark.files': { path: ['files'], isList: true },
  'spark.jars': { path: ['jars'], isList: true },
  'spark.archives': { path: ['archives'], isList: true },
  'spark.submit.pyFiles': { path: ['pyFiles'], isList: true },
};
