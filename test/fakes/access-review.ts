/** What kubectl prints of a list of access reviews that are all granted, in the form that askRightsArgv asks for. */
export function allowAll(input: string): string {
  const { items } = JSON.parse(input) as {
    items: { spec: { resourceAttributes: { verb: string; resource: string; group?: string } } }[];
  };
  return items
    .map(({ spec: { resourceAttributes: asked } }) => {
      const group = asked.group === undefined || asked.group === '' ? '' : `.${asked.group}`;
      return `${asked.verb} ${asked.resource}${group} true\n`;
    })
    .join('');
}
