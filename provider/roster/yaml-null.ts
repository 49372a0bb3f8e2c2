/**
 * Whether a text that stands in YAML without quotes means nothing: then its field is not managed. `Null` is a family name.
 */
export function isYamlNull(text: string): boolean {
  return /^(?:null|NULL|~)$/.test(text);
}
