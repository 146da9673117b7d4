/** Points in time: ISO 8601 with an offset, as the server's clock library reads them. */

const DATE = /^(\d{4})(?:-(\d\d)-(\d\d)|(\d\d)(\d\d)|-W(\d\d)(?:-(\d))?|W(\d\d)(\d)?)/
const CLOCK = /^(\d\d)(?:(?::(\d\d)(?::(\d\d)(?:[.,](\d+))?)?)|(?:(\d\d)(?:(\d\d)(?:[.,](\d+))?)?))?$/
const OFFSET = /^(.*?)(?:Z|([+-])(.*))$/s

/** Whether a text is a time of day on a date, with its offset. */
export function isMoment(text: string): boolean {
  const date = DATE.exec(text)
  if (!date || !isDate(date)) return false
  const rest = [...text.slice(date[0].length)].slice(1).join('')
  const found = OFFSET.exec(rest)
  if (!found || !isClock(found[1] ?? '')) return false
  return found[2] === undefined || isClock(found[3] ?? '')
}

function isDate(parts: RegExpExecArray): boolean {
  const [year = 0, month = 0, day = 0] = [parts[1], parts[2] ?? parts[4], parts[3] ?? parts[5]].map(Number)
  const week = parts[6] ?? parts[8]
  if (year < 1) return false
  if (week !== undefined) {
    const weekday = Number(parts[7] ?? parts[9] ?? 1)
    return Number(week) >= 1 && Number(week) <= weeksIn(year) && weekday >= 1 && weekday <= 7
  }
  const last = new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate()
  return month >= 1 && month <= 12 && day >= 1 && day <= last
}

function weeksIn(year: number): number {
  const weekday = (month: number, day: number) =>
    new Date(Date.UTC(2000 + (year % 400), month, day)).getUTCDay()
  return weekday(0, 1) === 4 || weekday(11, 31) === 4 ? 53 : 52
}

function isClock(text: string): boolean {
  const found = CLOCK.exec(text)
  if (!found) return false
  const [hour = 0, minute = 0, second = 0] = [found[1], found[2] ?? found[5], found[3] ?? found[6]].map(
    (part) => Number(part ?? 0),
  )
  return hour < 24 && minute < 60 && second < 60
}
