/** Numbers as people read them. */
import type { Spread } from '../figures/spread.js'
import type { Unit } from '../scenarios/scenario.js'

const THOUSANDS = /\B(?=(?:\d{3})+$)/g

/** `1,234,567`. Without Intl: a child that imports this would have megabytes of locale data in its memory. */
export function formatCount(value: number): string {
  return String(Math.round(value)).replace(THOUSANDS, ',')
}

/** `850 ns`, `4.3 us`, `12 ms`: two or three digits, whatever the size. */
export function formatDuration(durationNs: number): string {
  if (durationNs < 999.5) return `${Math.round(durationNs)} ns`
  if (durationNs < 999.5e3) return `${threeDigits(durationNs / 1e3)} us`
  if (durationNs < 999.5e6) return `${threeDigits(durationNs / 1e6)} ms`
  return `${threeDigits(durationNs / 1e9)} s`
}

/** `950`, `182k`, `1.17M` */
export function formatRate(perSecond: number): string {
  if (perSecond < 999.5) return String(Math.round(perSecond))
  if (perSecond < 999.5e3) return `${threeDigits(perSecond / 1e3)}k`
  return `${threeDigits(perSecond / 1e6)}M`
}

/** `7.9 x` */
export function formatTimes(times: number): string {
  return `${times < 100 ? times.toFixed(times < 10 ? 2 : 1) : formatCount(times)} x`
}

/** `54.2 MB`, of a million bytes. */
export function formatMegabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}

function threeDigits(value: number): string {
  if (value < 10) return value.toFixed(2)
  return value < 100 ? value.toFixed(1) : value.toFixed(0)
}

/** A value in its unit. */
export function formatValue(value: number, unit: Unit): string {
  if (Number.isNaN(value)) return '-'
  switch (unit) {
    case 'ns':
      return formatDuration(value)
    case 'ms':
      return formatDuration(value * 1e6)
    case 'bytes':
      return formatMegabytes(value)
    case 'per second':
      return formatRate(value)
    case 'percent':
      return `${threeDigits(value)} %`
    case 'count':
      return formatCount(value)
    case 'times':
      return formatTimes(value)
  }
}

/** `472–522 ns`, `850 ns–1.20 us`; `undefined` where both ends read the same. */
export function formatRange({ min, max }: Pick<Spread, 'min' | 'max'>, unit: Unit): string | undefined {
  const [least, most] = [formatValue(min, unit), formatValue(max, unit)]
  if (least === most) return undefined
  const [number = '', suffix] = least.split(' ')
  return `${most.endsWith(` ${suffix}`) ? number : least}–${most}`
}
