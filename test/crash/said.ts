/** What children say on stderr: some of it is as it should be. */

const NOTICES = [
  /^spillway: recovered \d+ lines? of a process that died before they were in their files\.$/,
  /^spillway: \S+ is logged into by others; the files of this process end with ~\d+\.jsonl\.$/,
]

/** All but the notices that a start on such a directory gives. */
export function unexpectedWords(stderr: string): string {
  return stderr
    .split('\n')
    .filter((line) => line !== '' && !NOTICES.some((notice) => notice.test(line)))
    .join('\n')
}
