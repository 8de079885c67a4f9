/** Text in lines of a width. */

/** The words in lines of at most so many characters; a longer word has a line of its own. Line breaks stay. */
export function wrapped(text: string, width: number, indent = ''): string {
  return text
    .split('\n')
    .map((line) => wrappedLine(line, width, indent))
    .join('\n')
}

function wrappedLine(text: string, width: number, indent: string): string {
  const lines: string[] = []
  let line = indent
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    if (line.trim() !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = indent
    }
    line += `${line.trim() === '' ? '' : ' '}${word}`
  }
  return [...lines, line].join('\n')
}
