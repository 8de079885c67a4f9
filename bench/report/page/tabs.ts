/** Tabs without a script: a radio button shows what follows its label. On paper, all is shown. */
import { escaped } from '../markup.js'

export interface Tab {
  readonly title: string
  /** Markup. */
  readonly content: string
}

/** @param id unique in the page */
export function tabs(id: string, label: string, items: readonly Tab[], selected: number): string {
  if (items.length === 1) return items[0]!.content
  const parts = items.map(({ title, content }, index) => {
    const own = `${id}-${index}`
    const checked = index === selected ? ' checked' : ''
    return [
      `<input type="radio" name="${id}" id="${own}"${checked}><label for="${own}">${escaped(title)}</label>`,
      `<div class="tab"><h4 class="on-paper">${escaped(title)}</h4>${content}</div>`,
    ].join('\n')
  })
  return `<div class="tabs" role="group" aria-label="${escaped(label)}">\n${parts.join('\n')}\n</div>`
}
