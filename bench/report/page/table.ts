/** Tables of the page. */
import { escaped } from '../markup.js'

export interface Column {
  readonly title: string
  readonly isNumber: boolean
  /** For what is also in the page alone. */
  readonly isSoft?: boolean
}

export interface CellMarkup {
  /** Markup. */
  readonly content: string
  /** What the column is sorted by. */
  readonly value?: number | undefined
  readonly style?: string
}

export interface TableRow {
  readonly cells: readonly CellMarkup[]
  readonly style?: string
  readonly contender?: string
}

/** A table that scrolls by itself where it is too wide. */
export function table(columns: readonly Column[], rows: readonly TableRow[]): string {
  const head = columns.map(({ title, isNumber, isSoft }) => {
    const style = [...(isNumber ? ['number'] : []), ...(isSoft ? ['soft'] : [])].join(' ')
    return `<th scope="col"${classOf(style)}>${escaped(title)}</th>`
  })
  const body = rows.map(({ cells, style = '', contender }) => {
    const data = contender === undefined ? '' : ` data-contender="${escaped(contender)}"`
    const markup = cells.map((cell, index) => {
      const own = [...(columns[index]?.isNumber ? ['number'] : []), ...(cell.style === undefined ? [] : [cell.style])]
      const value = Number.isFinite(cell.value) ? ` data-value="${cell.value}"` : ''
      const tag = index === 0 ? 'th scope="row"' : 'td'
      return `<${tag}${classOf(own.join(' '))}${value}>${cell.content}</${tag.slice(0, 2)}>`
    })
    return `<tr${classOf(style)}${data}>${markup.join('')}</tr>`
  })
  return [
    '<div class="scroll"><table>',
    `<thead><tr>${head.join('')}</tr></thead>`,
    `<tbody>\n${body.join('\n')}\n</tbody>`,
    '</table></div>',
  ].join('\n')
}

function classOf(style: string): string {
  return style === '' ? '' : ` class="${style}"`
}
