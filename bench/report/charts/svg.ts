/** The few elements that the charts are made of. */
import { isOwn } from '../key-figures.js'
import { escaped } from '../markup.js'

/** Of the page's text, in whatever of its fonts: the widest of them. */
const CHARACTER_WIDTH = 7.1
const BOLD_CHARACTER_WIDTH = 8.1

/** A coordinate: a tenth of a pixel is seen by nobody. */
export function at(value: number): string {
  return String(Math.round(value * 10) / 10)
}

export function text(x: number, y: number, style: string, content: string): string {
  return `<text class="${style}" x="${at(x)}" y="${at(y)}">${escaped(content)}</text>`
}

export function line(x1: number, y1: number, x2: number, y2: number, style: string): string {
  return `<line class="${style}" x1="${at(x1)}" y1="${at(y1)}" x2="${at(x2)}" y2="${at(y2)}"/>`
}

export function rect(x: number, y: number, width: number, height: number, style: string): string {
  return `<rect class="${style}" x="${at(x)}" y="${at(y)}" width="${at(width)}" height="${at(height)}" rx="2"/>`
}

/** @param label what it shows, for whoever cannot see it */
export function svg(width: number, height: number, label: string, parts: readonly string[], data = ''): string {
  return [
    `<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(label)}"${data}>`,
    ...parts,
    '</svg>',
  ].join('\n')
}

/** About as wide as the text will be. */
export function textWidth(content: string): number {
  return content.length * CHARACTER_WIDTH
}

/** The same for the name of a contender's row or line, which is bold where it is spillway's. */
export function nameWidth(name: string, contender = name): number {
  return name.length * (isOwn(contender) ? BOLD_CHARACTER_WIDTH : CHARACTER_WIDTH)
}
