/**
 * Writes the table of options into README.md, from the rules that check them: `node dist/scripts/options-table.js`. With
 * `--check` it only tells whether the table is current.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { OPTION_RULES } from '../src/shared/option-rules.js'

const START = '<!-- options: written by scripts/options-table.ts -->'
const END = '<!-- end of options -->'

/** The table in Markdown. */
export function optionsTable(): string {
  const rows = OPTION_RULES.map(({ path, env, rule, defaultText, trades }) => {
    const variable = env === null || env === undefined ? '' : `\`${env}\``
    return `| \`${path}\` | ${variable} | ${escapePipes(defaultText)} | ${escapePipes(rule)} | ${escapePipes(trades)} |`
  })
  return ['| option | variable | default | must be | trades |', '|---|---|---|---|---|', ...rows].join('\n')
}

/** A page with the table between its marks replaced. */
export function withOptionsTable(page: string): string {
  const start = page.indexOf(START)
  const end = page.indexOf(END)
  if (start < 0 || end < start) throw new Error('README.md has no place for the table of options')
  return `${page.slice(0, start + START.length)}\n${optionsTable()}\n${page.slice(end)}`
}

function escapePipes(text: string): string {
  return text.replace(/\|/g, '\\|')
}

if (process.argv[1]?.endsWith('options-table.js')) {
  const page = readFileSync('README.md', 'utf8')
  const current = withOptionsTable(page)
  if (process.argv.includes('--check')) {
    if (page !== current) {
      console.error('README.md: the table of options is not current; run node dist/scripts/options-table.js')
      process.exitCode = 1
    }
  } else writeFileSync('README.md', current)
}
