// stand-in
export interface RecoverySettings {
  readonly directory: string
  readonly fallbackDirectory: string | null
  readonly fileMode: number
  readonly directoryMode: number
}
export interface LeftoverReport {
  readonly leftover: string
  readonly kind: 'arena' | 'journal' | 'unknown'
  readonly lines: number
  readonly linesFound: number
  readonly files: number
  readonly damaged: number
  readonly quarantined: string | null
  readonly isDone: boolean
  readonly problem: string | null
}
export function recoverLeftover(path: string, _settings: RecoverySettings): LeftoverReport {
  return {
    leftover: path,
    kind: 'unknown',
    lines: 0,
    linesFound: 0,
    files: 0,
    damaged: 0,
    quarantined: null,
    isDone: false,
    problem: 'stand-in',
  }
}
