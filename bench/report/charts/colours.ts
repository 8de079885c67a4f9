/**
 * Who has which colour: spillway's ways are blue, the others have one hue a library, and its further ways are
 * dashed and darker (lighter where it is dark). Each keeps 3:1 against the background of its scheme.
 */
import { isOwn, TIMER } from '../key-figures.js'
import { slug } from '../markup.js'

/** How much of the hue is left in each further way of a library; the rest is the scheme's strongest contrast. */
const SHARES = [100, 74, 55, 40]

interface Hue {
  readonly light: string
  readonly dark: string
}

const OWN: readonly Hue[] = [
  { light: '#1a5fc8', dark: '#5fa8ee' },
  { light: '#0a87a8', dark: '#45cbe6' },
  { light: '#5a49d8', dark: '#a99cff' },
  { light: '#0b7a70', dark: '#41c9b4' },
  { light: '#3d7fd9', dark: '#8fbdf5' },
]
const OTHERS: readonly Hue[] = [
  { light: '#c2480f', dark: '#f5915a' },
  { light: '#8b3fb5', dark: '#d291f2' },
  { light: '#3d7d22', dark: '#8ecb62' },
  { light: '#be1e5f', dark: '#f57fae' },
  { light: '#8a6100', dark: '#dcb24a' },
  { light: '#b3261e', dark: '#ff8a80' },
  { light: '#56606b', dark: '#b4c0cc' },
  { light: '#6d5a3a', dark: '#cbb48a' },
  { light: '#767600', dark: '#c9cc4a' },
  { light: '#94527c', dark: '#d8a3c6' },
]
const LOOP: Hue = { light: '#7b858f', dark: '#8894a0' }
const DASHES = ['', '7 4', '2.5 3.5', '11 4 2.5 4']

/** How a contender is drawn. */
export interface Look {
  readonly contender: string
  /** The class that carries the colour. */
  readonly style: string
  readonly hue: Hue
  readonly dash: string
  /** Percent of the hue in the colour. */
  readonly share: number
}

/** A look for each of them, always the same for the same list. */
export function looksOf(contenders: readonly string[]): Look[] {
  const families = [...new Set(contenders.filter((name) => !isOwn(name) && name !== TIMER).map(familyOf))]
  return contenders.map((contender) => {
    const members = contenders.filter((name) => familyOf(name) === familyOf(contender))
    const rank = members.indexOf(contender)
    const look = { contender, style: `c-${slug(contender)}`, share: 100 }
    if (contender === TIMER) return { ...look, hue: LOOP, dash: DASHES[2]! }
    if (isOwn(contender)) {
      return { ...look, hue: OWN[rank % OWN.length]!, dash: DASHES[Math.floor(rank / OWN.length) % DASHES.length]! }
    }
    const index = families.indexOf(familyOf(contender))
    // A second turn through the hues begins with dashes.
    const turn = rank + Math.floor(index / OTHERS.length)
    return {
      ...look,
      hue: OTHERS[index % OTHERS.length]!,
      dash: DASHES[turn % DASHES.length]!,
      share: SHARES[Math.min(rank, SHARES.length - 1)]!,
    }
  })
}

/** The rules that give each class its colour, for both schemes. */
export function lookRules(looks: readonly Look[]): string {
  const rules = (scheme: keyof Hue): string =>
    looks.map(({ style, hue, share }) => `.${style} { --own: ${mixed(hue[scheme], share, scheme)} }`).join('\n')
  const dashes = looks
    .filter(({ dash }) => dash !== '')
    .map(({ style, dash }) => `.${style} .course { stroke-dasharray: ${dash} }`)
  return [rules('light'), ...dashes, `@media (prefers-color-scheme: dark) {\n${rules('dark')}\n}`].join('\n')
}

function mixed(colour: string, share: number, scheme: keyof Hue): string {
  return share === 100 ? colour : `color-mix(in srgb, ${colour} ${share}%, ${scheme === 'light' ? '#000' : '#fff'})`
}

/** The library, by the name up to its first dash. */
function familyOf(contender: string): string {
  return contender.split('-')[0]!
}
