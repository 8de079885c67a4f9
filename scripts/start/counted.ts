/** Numbers of things, as people write them. */

/** `1,234` */
export function formatted(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

/** `1 line`, `1,234 lines` */
export function counted(value: number, noun: string, plural = `${noun}s`): string {
  return `${formatted(value)} ${Math.round(value) === 1 ? noun : plural}`
}
