/** Text for markup. */

/** Text as it may stand in an element or in an attribute in double quotes. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

/** A name as part of a class or an id. */
export function slug(name: string): string {
  return name.replace(/[^\w-]/g, '-')
}
