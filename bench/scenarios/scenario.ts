/**
 * What a scenario is: the points at which it measures, what it measures there, in the child, and which bars it sets. The
 * parent knows of what came of it only figures with names, so report, comparison with an earlier run and charts are the
 * same for all scenarios.
 */
import type { Contender } from '../contenders/contender.js'
import type { Bar } from '../figures/bar.js'
import type { CurvePoint } from '../figures/curve.js'
import type { ScenarioSummary } from '../figures/summary.js'

export type Unit = 'ns' | 'ms' | 'bytes' | 'per second' | 'percent' | 'count' | 'times'

/** One number that a pass gives. */
export interface Figure {
  readonly name: string
  readonly title: string
  readonly unit: Unit
  readonly better: 'less' | 'more'
  /** Whether the terminal has a column for it; the rest is in the JSON and the page. */
  readonly isShown: boolean
}

export type Parameters = Readonly<Record<string, string | number | boolean>>

/** One point at which a scenario measures. */
export interface Cell {
  /** Of letters, digits, `-`, `.` and `/`. */
  readonly name: string
  readonly title: string
  readonly parameters: Parameters
  /** Contenders for this point alone, where not all of the scenario's. */
  readonly contenders?: readonly string[]
  /** Open descriptors that the child's process may have, where it shall have fewer than the system allows. */
  readonly descriptorsMax?: number
}

/** What the flags say that scenarios care about. */
export interface ScenarioSettings {
  /** Measured lines of a pass at full speed. */
  readonly lines: number
  readonly files: number
  /** A tenth of everything, to see whether it works: the figures are worth nothing. */
  readonly isQuick: boolean
  /** Options of spillway. */
  readonly library: Readonly<Record<string, unknown>>
  /** Directory of NDJSON files whose lines are logged instead of the bench's own entries. */
  readonly corpus: string | null
}

/** One pass: one contender at one point, in a process of its own. */
export interface Task {
  readonly scenario: string
  readonly cell: Cell
  readonly contender: string
  /** Exists and is empty. */
  readonly directory: string
  readonly settings: ScenarioSettings
}

/** What has to be on disk when a pass is over. */
export interface Logged {
  /** Entries 0 to `lines` - 1, entry n in file n modulo `files`. */
  readonly lines: number
  readonly files: number
  /** Name of their shape. */
  readonly shape: string
}

/** What a pass answers. */
export interface Result {
  readonly figures: Readonly<Record<string, number>>
  /** Percentiles of times, in nanoseconds. */
  readonly curves?: Readonly<Record<string, readonly CurvePoint[]>>
  /** Courses over time: seconds since the pass began, and a value in the unit of the figure with the same name. */
  readonly series?: Readonly<Record<string, readonly (readonly [number, number])[]>>
  /** `null` where nothing was logged into files. */
  readonly logged: Logged | null
  /** Bytes in the contender's files at the moment it said that all were there. */
  readonly bytesAtEnd: number
  /** The contender's own counters. */
  readonly details?: unknown
}

/** What the child knows of itself. */
export interface Tools {
  /** The kernel's ids of libuv's pool threads. */
  readonly poolThreadIds: readonly string[]
}

/** One thing to measure. */
export interface Scenario {
  readonly name: string
  readonly title: string
  /** The file's first paragraph, for the report: what it measures, and what would make it lie. */
  readonly about: string
  readonly figures: readonly Figure[]
  /**
   * Names of the figures that it is about: the report has their spread and their charts, and the ratio to a peer of the
   * first. Without them it is the first of all.
   */
  readonly keyFigures?: readonly string[]
  /** Name of the point that the page shows first; else it is the first of all. */
  readonly mainCell?: string
  /** Who takes part where the flags do not say it, in the order of the report. */
  readonly contenders: readonly string[]
  cells(settings: ScenarioSettings): readonly Cell[]
  /** Longest time that a pass may take, in milliseconds. */
  timeoutMs(settings: ScenarioSettings): number
  /** How many rounds it takes where the flags ask for so many. */
  rounds?(asked: number): number
  /** In the child. */
  run(task: Task, contender: Contender, tools: Tools): Promise<Result>
  /** What spillway has to reach; judged where it ran. */
  bars?(summary: ScenarioSummary): readonly Bar[]
  /** What follows from the figures, for whoever sets spillway up; `undefined` where they do not say. */
  conclusion?(summary: ScenarioSummary): string | undefined
}
