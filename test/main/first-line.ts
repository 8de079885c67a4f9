export function firstLine(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message.replace(/\n.*/s, '') : 'unknown'
}
