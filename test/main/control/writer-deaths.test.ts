import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { WriterDeaths } from '../../../src/main/control/writer-deaths.js'

describe('WriterDeaths', () => {
  it('WriterDeaths opens its breaker at the sixth death in a short time', () => {
    const deaths = new WriterDeaths()
    for (let death = 0; death < 5; death++) deaths.add()
    assert.deepEqual({ isOpen: deaths.isOpen, pauseMs: deaths.pauseMs }, { isOpen: false, pauseMs: 0 })
    deaths.add()
    assert.deepEqual({ isOpen: deaths.isOpen, pauseMs: deaths.pauseMs }, { isOpen: true, pauseMs: 1000 })
  })

  it('WriterDeaths doubles the pause with each probe that dies, up to half a minute', () => {
    const deaths = new WriterDeaths()
    deaths.open()
    const pauses = Array.from({ length: 7 }, () => {
      deaths.add()
      return deaths.pauseMs
    })
    assert.deepEqual(pauses, [2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000])
  })

  it('WriterDeaths.close() begins anew, and keeps the count', () => {
    const deaths = new WriterDeaths()
    for (let death = 0; death < 6; death++) deaths.add()
    deaths.close()
    deaths.add()
    assert.deepEqual({ isOpen: deaths.isOpen, count: deaths.count }, { isOpen: false, count: 7 })
  })
})
