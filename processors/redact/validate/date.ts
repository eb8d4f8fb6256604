// Dates of birth inside national numbers. The calendar without a clock: a number is valid whenever it is looked at.

const days = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** A day that exists in some year. */
export function isDay(month: number, day: number): boolean {
  return day >= 1 && day <= (days[month - 1] ?? 0)
}

/** `YYMMDD` at `index`. */
export function isYearMonthDay(digits: string, index = 0): boolean {
  return isDay(Number(digits.slice(index + 2, index + 4)), Number(digits.slice(index + 4, index + 6)))
}

/** `DDMMYY` at `index`. */
export function isDayMonthYear(digits: string, index = 0): boolean {
  return isDay(Number(digits.slice(index + 2, index + 4)), Number(digits.slice(index, index + 2)))
}
