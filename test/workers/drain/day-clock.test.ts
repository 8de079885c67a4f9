import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { after, describe, it } from 'node:test'
import fc from 'fast-check'
import { DayClock, dayName } from '../../../src/workers/drain/day-clock.js'
import { PartitionRig } from '../partition-rig.js'

/** The same cases at each run. */
const SEED = 20_261_123

const DAY_MS = 86_400_000
const ZONES = [
  'UTC',
  'America/Sao_Paulo', // midnights that do not exist, until 2018
  'Europe/Berlin',
  'Asia/Kathmandu', // 5:45 from UTC
  'Pacific/Apia', // 2011-12-30 does not exist
  'Africa/Cairo', // midnights that do not exist, since 2023
  'America/Havana', // midnights that are twice
  'Australia/Lord_Howe', // half an hour of summer time
  'America/Nuuk', // the change comes in the hour before midnight
  'America/St_Johns', // until 2011 a minute after midnight: the evening comes twice
]
const ownZone = process.env.TZ

/** Node takes a change of TZ to heart at once. */
function inZone<T>(zone: string, run: () => T): T {
  process.env.TZ = zone
  try {
    return run()
  } finally {
    if (ownZone === undefined) delete process.env.TZ
    else process.env.TZ = ownZone
  }
}

/** The day of a time as the Intl data have it. */
function calendarDay(zone: string): (timeMs: number) => string {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' })
  return (timeMs) => format.format(timeMs)
}

/** Instants around which something happens: each midnight of UTC, and each change of the zone's offset. */
function* criticalTimes(zone: string, fromMs: number, toMs: number): Generator<number> {
  const offsetAt = (timeMs: number): number => inZone(zone, () => new Date(timeMs).getTimezoneOffset())
  for (let time = fromMs; time < toMs; time += DAY_MS / 4) {
    yield time
    let before = time
    let behind = time + DAY_MS / 4
    if (offsetAt(before) === offsetAt(behind)) continue
    while (behind - before > 1) {
      const middle = Math.floor((before + behind) / 2)
      if (offsetAt(middle) === offsetAt(before)) before = middle
      else behind = middle
    }
    for (const aroundMs of [-3_600_000, -1, 0, 1, 3_599_999, 3_600_000, 3_600_001]) yield behind + aroundMs
  }
}

after(() => {
  if (ownZone === undefined) delete process.env.TZ
})

describe('DayClock', () => {
  it('dayOf() gives the local day of every hour of years with changes of the clock, in any zone', () => {
    const years = [2011, 2018, 2024]
    for (const zone of ZONES) {
      const expected = calendarDay(zone)
      for (const year of years) {
        const times = [...criticalTimes(zone, Date.UTC(year, 0, 1), Date.UTC(year + 1, 0, 2))]
        inZone(zone, () => {
          const clock = new DayClock(false)
          for (const time of times) {
            assert.equal(dayName(clock.dayOf(time)), expected(time), `${zone} ${new Date(time).toISOString()}`)
          }
        })
      }
    }
  })

  it('dayOf() gives the day of a time whatever was asked before', () => {
    const time = fc.integer({ min: Date.UTC(2011, 0, 1), max: Date.UTC(2030, 0, 1) })
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), fc.array(time, { minLength: 2, maxLength: 20 }), (zone, times) => {
        const expected = calendarDay(zone)
        inZone(zone, () => {
          const local = new DayClock(false)
          const utc = new DayClock(true)
          for (const each of times.flatMap((ms) => [ms, ms - 1, ms + DAY_MS, ms])) {
            assert.equal(dayName(local.dayOf(each)), expected(each))
            assert.equal(dayName(utc.dayOf(each)), new Date(each).toISOString().slice(0, 10))
          }
        })
      }),
      { numRuns: 60, seed: SEED },
    )
  })

  it('dayOf() skips the day that Samoa skipped', () => {
    inZone('Pacific/Apia', () => {
      const clock = new DayClock(false)
      const changeMs = Date.UTC(2011, 11, 30, 10)
      assert.deepEqual(
        [changeMs - 1, changeMs, changeMs + DAY_MS - 1, changeMs + DAY_MS].map((time) => dayName(clock.dayOf(time))),
        ['2011-12-29', '2011-12-31', '2011-12-31', '2012-01-01'],
      )
    })
  })

  it('dayOf() gives the first day there is for what is no time', () => {
    const clock = new DayClock(true)
    for (const time of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 8.64e15 + 1]) {
      assert.equal(dayName(clock.dayOf(time)), '1970-01-01')
      assert.equal(dayName(clock.dayOf(Date.UTC(2026, 10, 23))), '2026-11-23')
    }
  })

  it('dayName() pads year, month and day', () => {
    assert.equal(dayName(20_260_105), '2026-01-05')
    assert.equal(dayName(19_701_231), '1970-12-31')
    assert.equal(dayName(9_990_101), '0999-01-01')
  })
})

describe('PartitionDrain by day', () => {
  const midnightMs = Date.UTC(2026, 10, 24)

  it("pass() puts each line in its own day's file when the clock crosses midnight, and when it goes back", () => {
    let time = 0
    using rig = new PartitionRig({ clock: () => time })
    const log = rig.logger('actions')
    const times = [-2, -1, 0, 1, -1, 0, -DAY_MS - 1, 5, DAY_MS * 3].map((ms) => midnightMs + ms)
    const days = times.map((ms) => new Date(ms).toISOString().slice(0, 10))
    for (const each of times) {
      time = each
      log.info('x')
      log.info('y'.repeat(16 * 1024)) // past the buffers
    }
    rig.flush(midnightMs)
    assert.deepEqual(readdirSync(rig.directory).sort(), [...new Set(days)].sort())
    for (const day of new Set(days)) {
      assert.deepEqual(
        rig.lines('actions', day).map((line) => line.time),
        times.flatMap((ms, at) => (days[at] === day ? [ms, ms] : [])),
      )
    }
  })

  it('pass() keeps the parts of a long line in one file when the clock crosses midnight between them', () => {
    let time = midnightMs - 3
    using rig = new PartitionRig({ clock: () => time++ })
    const log = rig.logger('actions')
    const text = 'part'.repeat(100_000)
    for (let i = 0; i < 6; i++) log.info({ text }, `${i}`)
    rig.flush(midnightMs)
    const lines = ['2026-11-23', '2026-11-24'].flatMap((day) => rig.lines('actions', day))
    assert.deepEqual(
      lines.map((line) => [line.msg, line.text === text]),
      Array.from({ length: 6 }, (_, i) => [`${i}`, true]),
    )
  })

  it('pass() routes by the local day where the option says so', () => {
    inZone('Asia/Kathmandu', () => {
      const kathmanduMidnightMs = midnightMs - 5.75 * 3_600_000
      let time = kathmanduMidnightMs - 1
      using rig = new PartitionRig({ clock: () => time++, drain: { utc: false } })
      rig.logger('actions').info('before')
      rig.logger('actions').info('after')
      rig.flush()
      assert.deepEqual(rig.messages('actions', '2026-11-23'), ['before'])
      assert.deepEqual(rig.messages('actions', '2026-11-24'), ['after'])
    })
  })

  it('pass() makes whole lines whatever the clock option gives', () => {
    const odd = [
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      -1,
      8.64e15 + 1,
      1.5,
      0,
      -0,
      '',
      '17',
      '0x10',
      'now',
      null,
      undefined,
      true,
      10n,
      [5],
      {},
      new Date(midnightMs),
      Symbol('time'),
    ]
    let time: unknown = 0
    using rig = new PartitionRig({ clock: () => time as number })
    const log = rig.logger('actions')
    for (const each of odd) {
      time = each
      log.info({ kind: 'record' }, 'typed')
      log.child({ kind: 'x' }).info({ kind: 'rendered' }, 'rendered')
    }
    rig.flush()
    const lines = readdirSync(rig.directory).flatMap((day) => rig.lines('actions', day))
    assert.equal(lines.length, odd.length * 2)
    for (const line of lines) assert.equal(typeof line.time, 'number')
  })

  it('pass() survives a clock option that throws', () => {
    using rig = new PartitionRig({
      clock: () => {
        throw new Error('no clock')
      },
    })
    rig.logger('actions').info('typed')
    rig.logger('actions').info({ toJSON: () => ({}) }, 'rendered')
    rig.flush()
    const lines = readdirSync(rig.directory).flatMap((day) => rig.lines('actions', day))
    assert.equal(lines.length, 2)
  })

  it("pass() puts a line of the last time there is in its own day's file, with those beside it", () => {
    using rig = new PartitionRig({ clock: () => Date.UTC(9999, 11, 30, 12) })
    rig.logger('actions').info('one')
    rig.logger('actions').info('y'.repeat(16 * 1024))
    rig.flush()
    assert.deepEqual(readdirSync(rig.directory), ['9999-12-30'])
    assert.equal(rig.lines('actions', '9999-12-30').length, 2)
  })
})
