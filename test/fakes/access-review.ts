/** What kubectl prints of a list of access reviews, in the form that askRightsArgv asks for; all are granted unless told which. */
export function answerReviews(input = '{"items":[]}', isAllowed: (key: string) => boolean = () => true): string {
  interface Asked {
    readonly verb: string;
    readonly resource: string;
    readonly subresource?: string;
    readonly group?: string;
  }
  const { items } = JSON.parse(input) as { items: readonly { spec: { resourceAttributes: Asked } }[] };
  const keys = items.map(({ spec: { resourceAttributes: asked } }) => {
    const resource = [asked.resource, ...(asked.subresource === undefined ? [] : [asked.subresource])].join('/');
    return `${asked.verb} ${resource}${asked.group === undefined || asked.group === '' ? '' : `.${asked.group}`}`;
  });
  return keys.map((key) => `${key} ${String(isAllowed(key))}\n`).join('');
}
