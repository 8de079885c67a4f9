/** A table of text, as wide as it needs to be. */

export type Alignment = 'left' | 'right'

/**
 * @param rows cells; a short row leaves the rest empty
 * @param alignments by column; without them the first is left, the others right
 */
export function textTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  alignments: readonly Alignment[] = ['left'],
): string {
  const widths = widthsOf(header, rows)
  const line = (cells: readonly string[]): string =>
    widths
      .map((width, column) => {
        const cell = cells[column] ?? ''
        return (alignments[column] ?? 'right') === 'left' ? cell.padEnd(width) : cell.padStart(width)
      })
      .join('  ')
      .trimEnd()
  return [line(header), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)].join('\n')
}

/** How wide the table of these would be. */
export function textTableWidth(header: readonly string[], rows: readonly (readonly string[])[]): number {
  return widthsOf(header, rows).reduce((sum, width) => sum + width + 2, -2)
}

function widthsOf(header: readonly string[], rows: readonly (readonly string[])[]): number[] {
  return header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)))
}
