import assert from 'node:assert/strict'
import { test } from 'node:test'
import { helpText } from '../../bench/help.js'
import { CONTENDER_NAMES, SCENARIO_NAMES } from '../../bench/options.js'
import { OPTION_RULES } from '../../src/shared/option-rules.js'

test('helpText() tells every option of spillway with its variable, its default and what it trades', async () => {
  const help = (await helpText()).replace(/\s+/g, ' ')
  for (const { path, env, defaultText, trades } of OPTION_RULES) {
    assert.ok(help.includes(env === null ? path : `${env} (${defaultText})`), path)
    assert.ok(env === null || help.includes(trades), path)
  }
})

test('helpText() tells every scenario and contender, in lines of at most 120 characters', async () => {
  const help = await helpText()
  for (const name of [...SCENARIO_NAMES, ...CONTENDER_NAMES]) assert.match(help, new RegExp(`\\b${name}\\b`))
  for (const line of help.split('\n')) assert.ok(line.length <= 120, line)
})
