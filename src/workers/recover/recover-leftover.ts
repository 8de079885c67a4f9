/**
 * Recovery of one leftover: a pure function of the leftover and the log files. It undoes nothing and keeps no books, so it
 * may end anywhere and be done again. A leftover is taken away only when all of it is in files; one that is not intact
 * goes to the quarantine, with a report, when all that is intact is in files.
 *
 * A leftover may be hostile. Whatever it is, recovery throws nothing, comes to its end, writes below the directories only,
 * and holds little more than a copy of it.
 */

import { basename, dirname } from 'node:path'
import { FLAG_UTC, FLAGS } from '../../shared/arena-layout.js'
import { messageOf } from '../../shared/errors.js'
import { FilePaths } from '../drain/file-paths.js'
import {
  closeLeftover,
  type LeftoverFile,
  openLeftover,
  quarantineLeftover,
  removeLeftover,
} from '../files/leftover-file.js'
import { type LeftoverContent, type LeftoverKind, readContent } from './leftover-content.js'
import { LiveLines } from './live-lines.js'
import { type Damage, damageAt, type LiveRecords } from './live-records.js'
import { PathFinisher } from './path-finisher.js'
import { setTornEndsAside } from './torn-ends.js'
import { WrittenLinesSearch } from './written-lines.js'

/** Where what a leftover holds belongs. */
export interface RecoverySettings {
  readonly directory: string
  /** Where files may be that the directory did not take; `null` where there is none. */
  readonly fallbackDirectory: string | null
  readonly fileMode: number
  readonly directoryMode: number
}

/** What became of a leftover. */
export interface LeftoverReport {
  /** `seat-1/p0.arena` */
  readonly leftover: string
  readonly kind: LeftoverKind
  /** Lines written now. */
  readonly lines: number
  /** Lines that the leftover holds, those that were in files already included. */
  readonly linesFound: number
  /** Files written to now. */
  readonly files: number
  /** Items that are not intact. */
  readonly damaged: number
  /** Where it is below `.spillway`, if it is damaged and was moved. */
  readonly quarantined: string | null
  /** False where some file could not be written: the leftover is where it was. */
  readonly isDone: boolean
  /** What went wrong, in words. */
  readonly problem: string | null
}

/** So many damaged items are described in a report. */
const REPORTED_MAX = 1000

/** Finishes a leftover. Never throws. */
export function recoverLeftover(path: string, settings: RecoverySettings): LeftoverReport {
  return new Recovery(path, settings).run()
}

class Recovery {
  readonly #path: string
  readonly #settings: RecoverySettings
  readonly #damage: Damage[] = []
  readonly #problems: string[] = []
  #kind: LeftoverKind = 'unknown'
  #sizeBytes = 0
  #lines = 0
  #linesFound = 0
  #files = 0
  #quarantined: string | null = null
  #isDone = false

  constructor(path: string, settings: RecoverySettings) {
    this.#path = path
    this.#settings = settings
  }

  run(): LeftoverReport {
    try {
      this.#recover()
    } catch (error) {
      this.#problems.push(messageOf(error))
    }
    return {
      leftover: this.#name,
      kind: this.#kind,
      lines: this.#lines,
      linesFound: this.#linesFound,
      files: this.#files,
      damaged: this.#damage.length,
      quarantined: this.#quarantined,
      isDone: this.#isDone,
      problem: this.#problems[0] ?? null,
    }
  }

  get #name(): string {
    return `${basename(dirname(this.#path))}/${basename(this.#path)}`
  }

  #recover(): void {
    const opened = openLeftover(this.#path)
    if (opened === null) {
      this.#isDone = true
      return
    }
    if ('fault' in opened) {
      this.#damage.push(damageAt(0, 0, opened.fault))
      this.#takeAway()
      return
    }
    const content = this.#read(opened)
    this.#kind = content.kind
    if (content.state === 'damaged') this.#damage.push(damageAt(0, opened.sizeBytes, content.reason))
    if (content.state === 'read') this.#finish(content.live, opened.modifiedMs)
    if (this.#problems.length === 0) this.#takeAway()
  }

  #read(opened: LeftoverFile): LeftoverContent {
    this.#sizeBytes = opened.sizeBytes
    try {
      return readContent(opened)
    } finally {
      closeLeftover(opened)
    }
  }

  /** Writes what is not in files yet. A file that cannot be written keeps none of the others from it. */
  #finish(live: LiveRecords, modifiedMs: number): void {
    const { directory, fallbackDirectory, fileMode, directoryMode } = this.#settings
    const isUtc = ((live.arena.words[FLAGS] as number) & FLAG_UTC) !== 0
    const lines = new LiveLines(live, isUtc, modifiedMs)
    this.#note(live.damage)
    this.#note(lines.damage)
    const search = new WrittenLinesSearch(live.arena, lines.source, live.writes ?? [])
    const finisher = new PathFinisher(lines.source, search, { file: fileMode, directory: directoryMode })
    const places = [directory, ...(fallbackDirectory === null ? [] : [fallbackDirectory])]
    const paths = places.map((place) => new FilePaths(live.arena, place))
    for (const path of lines.paths) {
      this.#linesFound += path.lines.filter((line) => line.kind !== 'damaged').length
      const outcome = finisher.finish(
        path,
        paths.map((each) => each.path(path.file, path.day)),
      )
      this.#lines += outcome.written
      this.#files += outcome.files
      this.#note(outcome.damaged.map((reason) => damageAt(0, 0, reason)))
      if (outcome.problem !== null) this.#problems.push(outcome.problem)
    }
    if (this.#kind === 'journal' && this.#problems.length === 0) setTornEndsAside(live.arena, directory)
  }

  /** One by one: of so many as a leftover may have no call takes all as its arguments. */
  #note(damage: readonly Damage[]): void {
    for (const each of damage) this.#damage.push(each)
  }

  /** All that is intact is in files. */
  #takeAway(): void {
    if (this.#damage.length === 0) removeLeftover(this.#path)
    else this.#quarantined = quarantineLeftover(this.#path, this.#damageReport())
    this.#isDone = true
  }

  #damageReport(): string {
    const report = {
      leftover: this.#name,
      kind: this.#kind,
      bytes: this.#sizeBytes,
      lines: this.#linesFound,
      damaged: this.#damage.length,
      damage: this.#damage.slice(0, REPORTED_MAX),
    }
    return `${JSON.stringify(report, null, 2)}\n`
  }
}
