/** Numbers as people read them. */
import type { Spread } from '../figures/spread.js'
import type { Unit } from '../scenarios/scenario.js'

const THOUSANDS = /\B(?=(?:\d{3})+$)/g

/** `1,234,567`; `2.50` for what is no whole number. Without Intl: its locale data would stand in each child's memory. */
export function formatCount(value: number): string {
  if (!Number.isInteger(value) && value < 100) return threeDigits(value)
  return String(Math.round(value)).replace(THOUSANDS, ',')
}

/** `850 ns`, `4.3 us`, `12 ms`: two or three digits, whatever the size. */
export function formatDuration(durationNs: number): string {
  if (durationNs < 9.95) return `${Math.round(durationNs * 10) / 10} ns`
  if (durationNs < 999.5) return `${Math.round(durationNs)} ns`
  if (durationNs < 999.5e3) return `${threeDigits(durationNs / 1e3)} us`
  if (durationNs < 999.5e6) return `${threeDigits(durationNs / 1e6)} ms`
  return `${threeDigits(durationNs / 1e9)} s`
}

/** `0.33`, `950`, `182k`, `1.17M` */
export function formatRate(perSecond: number): string {
  if (perSecond < 9.995) return String(Number(perSecond.toFixed(2)))
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

/** `850 B`, `4.20 kB`, `54.2 MB`, `25.3 GB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 999.5) return `${Math.round(bytes)} B`
  if (bytes < 999.5e3) return `${threeDigits(bytes / 1e3)} kB`
  // Megabytes up to 10 GB, so that what is compared reads in one unit.
  return bytes < 1e10 ? formatMegabytes(bytes) : `${threeDigits(bytes / 1e9)} GB`
}

function threeDigits(value: number): string {
  if (value < 10) return value.toFixed(2)
  return value < 100 ? value.toFixed(1) : value.toFixed(0)
}

/** A value in its unit. */
export function formatValue(value: number, unit: Unit): string {
  if (!Number.isFinite(value)) return '-'
  if (value < 0) return `-${formatValue(-value, unit)}`
  switch (unit) {
    case 'ns':
      return formatDuration(value)
    case 'ms':
      return formatDuration(value * 1e6)
    case 'bytes':
      return formatBytes(value)
    case 'per second':
      return formatRate(value)
    case 'percent':
      return `${value === 0 ? 0 : threeDigits(value)} %`
    case 'count':
      return Number.isInteger(value) || value >= 100 ? formatCount(value) : threeDigits(value)
    case 'times':
      return formatTimes(value)
  }
}

/** A round value at an axis: `1 us`, `2.5M`. */
export function formatTick(value: number, unit: Unit): string {
  if (value === 0) return '0'
  const text = formatValue(value, unit)
  // 0.1 and below of a unit that formatValue() has no smaller one for.
  if (Number.parseFloat(text) === 0) return `${Number(value.toPrecision(2))}`
  return text.replace(/\.(\d*?)0+(?!\d)/, (_, digits: string) => (digits === '' ? '' : `.${digits}`))
}

/** `472–522 ns`, `850 ns–1.20 us`; `undefined` where both ends read the same. */
export function formatRange({ min, max }: Pick<Spread, 'min' | 'max'>, unit: Unit): string | undefined {
  const [least, most] = [formatValue(min, unit), formatValue(max, unit)]
  if (least === most) return undefined
  const [number = '', suffix] = least.split(' ')
  return `${most.endsWith(` ${suffix}`) ? number : least}–${most}`
}
