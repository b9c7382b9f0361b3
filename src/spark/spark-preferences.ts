/** Of ours, for every way in which Spark is started; a job may say otherwise. */
export const sparkPreferences: Readonly<Record<string, string>> = {
  // any page that a browser has open could send it a POST: it asks for no token
  'spark.ui.killEnabled': 'false',
};
