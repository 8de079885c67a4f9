/**
 * What the page does beyond showing: values under the pointer, a contender brought forward everywhere, tables sorted by
 * a column. It tells by an attribute of the page that it ran to its end, or what went wrong.
 */
;(() => {
  const root = document.documentElement
  window.addEventListener('error', ({ message }) => root.setAttribute('data-script', `failed: ${message}`))

  for (const svg of document.querySelectorAll('svg[data-xs]')) addPointer(svg)
  for (const table of document.querySelectorAll('section table')) addSorting(table)
  addHover()
  root.setAttribute('data-script', 'ran')

  /** A line at the nearest place, and the values of all contenders there, in their order from above. */
  function addPointer(svg) {
    const figure = svg.closest('figure')
    const xs = svg.dataset.xs.split(' ').map(Number)
    const labels = svg.dataset.labels.split('|')
    const courses = [...svg.querySelectorAll('g[data-values]')].map((group) => ({
      group,
      name: group.dataset.contender,
      values: group.dataset.values.split('|'),
      points: pointsOf(group.querySelector('.course')),
    }))
    const crosshair = document.createElementNS('http://www.w3.org/2000/svg', 'line')
    crosshair.setAttribute('class', 'crosshair')
    crosshair.setAttribute('y1', svg.dataset.top)
    crosshair.setAttribute('y2', svg.dataset.bottom)
    const tip = document.createElement('div')
    tip.className = 'tip'

    const hide = () => {
      crosshair.remove()
      tip.remove()
    }
    svg.addEventListener('pointerleave', hide)
    svg.addEventListener('pointermove', (event) => {
      const box = svg.getBoundingClientRect()
      const scale = box.width / svg.viewBox.baseVal.width
      const x = (event.clientX - box.left) / scale
      if (x > xs.at(-1) + 12 || x < xs[0] - 12) {
        hide()
        return
      }
      const index = nearest(xs, x)
      crosshair.setAttribute('x1', xs[index])
      crosshair.setAttribute('x2', xs[index])
      svg.append(crosshair)
      fill(tip, labels[index], courses, xs[index], index)
      figure.append(tip)
      const frame = figure.getBoundingClientRect()
      const left = box.left - frame.left + xs[index] * scale + 14
      const isTight = left + tip.offsetWidth > frame.width
      tip.style.left = `${isTight ? left - 28 - tip.offsetWidth : left}px`
      tip.style.top = `${Math.max(0, event.clientY - frame.top - tip.offsetHeight / 2)}px`
    })
  }

  function fill(tip, label, courses, x, index) {
    const rows = courses
      .filter(({ values }) => values[index] !== '')
      .map((course) => ({ ...course, y: course.points.find((point) => Math.abs(point.x - x) < 0.2)?.y ?? 0 }))
      .sort((a, b) => a.y - b.y)
    const table = document.createElement('table')
    for (const { group, name, values } of rows) {
      const row = table.insertRow()
      const swatch = document.createElement('span')
      swatch.className = `swatch ${[...group.classList].find((style) => style.startsWith('c-'))}`
      row.insertCell().append(swatch, name)
      const value = row.insertCell()
      value.className = 'number'
      value.textContent = values[index]
    }
    const title = document.createElement('b')
    title.textContent = label
    tip.replaceChildren(title, table)
  }

  function pointsOf(polyline) {
    return [...polyline.points].map(({ x, y }) => ({ x, y }))
  }

  function nearest(xs, x) {
    return xs.reduce((best, each, index) => (Math.abs(each - x) < Math.abs(xs[best] - x) ? index : best), 0)
  }

  /** The contender under the pointer stands out in its own chart or table, and in all others. */
  function addHover() {
    const marked = [...document.querySelectorAll('[data-contender]')]
    const show = (name) => {
      for (const element of marked) {
        element.classList.toggle('hovered', name !== undefined && element.dataset.contender === name)
      }
      for (const svg of document.querySelectorAll('svg')) {
        svg.classList.toggle('hovers', svg.querySelector('.hovered') !== null)
      }
    }
    for (const element of marked) {
      const target =
        element.tagName === 'g' ? element.querySelectorAll('.name, .course, .bar, .dot, .value') : [element]
      for (const part of target) {
        part.addEventListener('pointerenter', () => show(element.dataset.contender))
        part.addEventListener('pointerleave', () => show(undefined))
      }
    }
  }

  /** Each heading becomes a button: once for the least first, again for the most. */
  function addSorting(table) {
    const body = table.tBodies[0]
    const headings = [...table.tHead.rows[0].cells]
    headings.forEach((heading, column) => {
      const button = document.createElement('button')
      button.type = 'button'
      button.append(...heading.childNodes)
      heading.append(button)
      button.addEventListener('click', () => {
        const isAscending = heading.getAttribute('aria-sort') !== 'ascending'
        for (const other of headings) other.removeAttribute('aria-sort')
        heading.setAttribute('aria-sort', isAscending ? 'ascending' : 'descending')
        const rows = [...body.rows].sort((a, b) => compare(a.cells[column], b.cells[column]))
        body.append(...(isAscending ? rows : rows.reverse()))
      })
    })
  }

  function compare(a, b) {
    const [left, right] = [a?.dataset.value, b?.dataset.value]
    if (left !== undefined && right !== undefined) return Number(left) - Number(right)
    if (left !== right) return left === undefined ? 1 : -1
    return (a?.textContent ?? '').localeCompare(b?.textContent ?? '')
  }
})()
