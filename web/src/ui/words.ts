/** The words that scripts show. They are written in the page's head by the server, so that they can be translated. */
const words = JSON.parse(document.querySelector<HTMLMetaElement>('meta[name=words]')?.content ?? '{}') as Record<string, string>;

/** Look a text up and fill in its %(name)s places. */
export const word = (key: string, values: Record<string, string | number> = {}): string =>
  (words[key] ?? key).replace(/%\((\w+)\)s/g, (_all, name: string) => String(values[name] ?? ''));
